import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import { expect, it, test } from 'vitest'
import { execution } from '../testing'
import { endedUnseen, endOf, endsIn, endsPer, wasIn } from './ends'
import type { Execution } from './execution'

const ended = (endSeen: number, outcome: Outcome = 'ok', changes: Partial<Execution> = {}) =>
  execution({ firstSeen: endSeen - 100, lastSeen: endSeen, endSeen, precisionMs: 500, outcome, ...changes })

const RANGE = { from: 60_000, to: 120_000 }
const perSpan = endsPer(30_000)

it('counts ends in aligned spans; what is in flight, or was over before the first look, has none', () => {
  const ends = perSpan.start([
    ended(60_000),
    ended(89_999),
    ended(90_000),
    ended(59_999),
    ended(119_999, 'failed'),
    ended(100_000, 'ok', { firstSeen: 100_000, precisionMs: null }),
    ended(100_000, 'aborted', { firstSeen: 10, precisionMs: null }),
    execution({ outcome: 'running', firstSeen: 61_000, lastSeen: 62_000, endSeen: null }),
  ])
  expect(endsIn(ends, RANGE, 30_000)).toEqual([
    { at: 60_000, ok: 2, failed: 0, aborted: 0, unknown: 0 },
    { at: 90_000, ok: 1, failed: 1, aborted: 1, unknown: 0 },
  ])
})

it('follows what left and came, and keeps no span without an end', () => {
  const [first, second] = [execution({ outcome: 'running', firstSeen: 60_000, endSeen: null }), ended(60_001)]
  let ends = perSpan.start([first, second])
  ends = perSpan.step(ends, { left: [first], came: [ended(60_000, 'failed')] })
  expect([...ends]).toEqual([...perSpan.start([ended(60_000, 'failed'), second])])
  ends = perSpan.step(ends, { left: [second, ended(60_000, 'failed')], came: [ended(200_000)] })
  expect([...ends]).toEqual([...perSpan.start([ended(200_000)])])
})

test.each([
  ['began before it and ended in it', ended(60_000, 'ok', { firstSeen: 10 }), true],
  ['began in it and ended after it', ended(130_000, 'ok', { firstSeen: 119_999 }), false],
  [
    'had ended when Gearboard first looked, in it',
    ended(100_000, 'ok', { firstSeen: 100_000, precisionMs: null }),
    true,
  ],
  ['ended before it', ended(59_999), false],
  ['began after it', ended(130_000, 'ok', { firstSeen: 120_000 }), false],
  ['has run since before it', execution({ outcome: 'running', firstSeen: 10, lastSeen: 20, endSeen: null }), true],
  [
    'was running when it left the server, before it',
    execution({ outcome: 'unknown', live: false, firstSeen: 10, lastSeen: 20, endSeen: null }),
    false,
  ],
  [
    'left the server in it',
    execution({
      outcome: 'unknown',
      live: false,
      firstSeen: 10,
      lastSeen: 20,
      endSeen: null,
      gone: { cause: 'unlisted', by: null, at: 70_000 },
    }),
    true,
  ],
])('what %s', (_, row, there) => expect(wasIn(RANGE)(row)).toBe(there))

test.each([
  ['had ended when Gearboard first looked', { firstSeen: 100_000, precisionMs: null }, true],
  ['was in flight then', { firstSeen: 90_000, precisionMs: null }, false],
  ['began and ended between two polls', { firstSeen: 100_000, precisionMs: 500 }, false],
])('an end is unseen only of what %s', (_, changes, unseen) => {
  expect(endedUnseen(ended(100_000, 'failed', changes))).toBe(unseen)
})

test('what is in flight has no end', () => {
  expect(endOf(execution({ outcome: 'waiting', status: 'created', endSeen: null }))).toBeNull()
})
