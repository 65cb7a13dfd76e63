import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NAV_ENTRIES } from './nav'
import { OWN_PAGES } from './own-nav'

const pagesBelow = (folder: string): string[] =>
  readdirSync(join(folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? pagesBelow(join(folder, entry.name)) : entry.name === 'page.tsx' ? [folder] : [],
  )

test('each page of no connection is listed, and each that is listed exists', () => {
  const root = 'app/(own)'
  // Their address leads on to another page.
  const forwarding = ['/settings']
  const paths = pagesBelow(root).map((folder) => folder.slice(root.length) || '/')
  expect(paths.filter((path) => !forwarding.includes(path)).toSorted()).toEqual(
    OWN_PAGES.map(({ path }) => path).toSorted(),
  )
})

test('each key after g leads to one page', () => {
  const keys = [...NAV_ENTRIES, ...OWN_PAGES].flatMap(({ shortcut }) => shortcut ?? [])
  expect(keys.length).toBeGreaterThan(12)
  expect(new Set(keys).size).toBe(keys.length)
})
