import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import { expect, it } from 'vitest'
import { startsPer, startsUntil } from './starts'

const seen = (firstSeen: number, precisionMs: number | null = 500, outcome: Outcome = 'ok') => ({
  firstSeen,
  precisionMs,
  outcome,
})

const RANGE = { spanMs: 30_000, buckets: 2 } as const
const perSpan = startsPer(RANGE.spanMs)

it('counts starts in aligned spans and leaves out what has no start', () => {
  const starts = perSpan.start([
    seen(60_000),
    seen(89_999),
    seen(90_000),
    seen(59_999),
    seen(119_999),
    seen(100_000, null),
  ])
  expect(startsUntil(starts, RANGE, 119_000).map(({ at, counts }) => [at, counts.ok])).toEqual([
    [60_000, 2],
    [90_000, 2],
  ])
})

it('follows what left and came, and keeps no span without a start', () => {
  const [first, second] = [seen(60_000, 500, 'running'), seen(60_001)]
  let starts = perSpan.start([first, second])
  starts = perSpan.step(starts, { left: [first], came: [seen(60_000, 500, 'failed')] })
  expect([...starts]).toEqual([...perSpan.start([seen(60_000, 500, 'failed'), second])])
  starts = perSpan.step(starts, { left: [second, seen(60_000, 500, 'failed')], came: [seen(200_000)] })
  expect([...starts]).toEqual([...perSpan.start([seen(200_000)])])
  expect(startsUntil(starts, RANGE, 89_000).every(({ counts }) => counts.ok === 0)).toBe(true)
})
