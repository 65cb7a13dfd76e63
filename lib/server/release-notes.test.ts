import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { newestNotes } from './release-notes'

test('the newest part of the changelog is read, entry by entry', () => {
  const changelog = '# Changelog\n\n## 0.3.0\n\n- One\n  line.\n- Another.\n\n## 0.2.0\n\n- Old.\n'
  expect(newestNotes(changelog)).toEqual({ what: '0.3.0', notes: ['One line.', 'Another.'] })
})

test.each([
  ['', { what: '', notes: [] }],
  ['# Changelog\n', { what: '', notes: [] }],
  ['# Changelog\n\n## 1.0.0 (unreleased)\n', { what: '1.0.0 (unreleased)', notes: [] }],
  ['## 2.0.0\n- Only this', { what: '2.0.0', notes: ['Only this'] }],
])('of %j: %j', (changelog, notes) => {
  expect(newestNotes(changelog)).toEqual(notes)
})

test('the changelog of the project has notes', () => {
  const { what, notes } = newestNotes(readFileSync('CHANGELOG.md', 'utf8'))
  expect(what).toMatch(/^\d+\.\d+\.\d+/)
  expect(notes.length).toBeGreaterThan(0)
})
