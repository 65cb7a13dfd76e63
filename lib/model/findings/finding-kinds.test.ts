import { expect, test } from 'vitest'
import { type FindingKind, helpFor } from './finding-kinds'

test.each<[FindingKind, 'pause' | 'resume' | null]>([
  // It is paused until a user resumes it.
  ['paused', 'resume'],
  ['aborted', 'resume'],
  // It runs, and harms by it.
  ['failing', 'pause'],
  ['retrying', 'pause'],
  ['poison', 'pause'],
  ['fires-though-paused', 'pause'],
  // Neither would help.
  ['stalled', null],
  ['lagging', null],
  ['missing', null],
  ['quiet', null],
])('a stream that is %s is offered: %s', (kind, help) => {
  expect(helpFor(kind, { reader: 'StreamReader' })).toBe(help)
})

test.each(['KeysReader', 'CommandReader'] as const)('a %s is offered neither: only streams can be paused', (reader) => {
  for (const kind of ['paused', 'aborted', 'failing', 'poison'] as const) expect(helpFor(kind, { reader })).toBeNull()
})
