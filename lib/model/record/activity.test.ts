import { describe, expect, test } from 'vitest'
import { activityBuckets, activityGaps, rangeInWords, rangeOver, rangeUntil, watchedSince } from './activity'
import type { RecordedSeries } from './history'
import type { Sample } from './sample'
import { endedIn, unseenIn } from './series-view'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = 1_700_000_003_000

const sample = (at: number, failed = 0, memory: Sample['memory'] = {}): Sample => ({
  at,
  running: 0,
  waiting: 0,
  ended: { ok: 1, failed, aborted: 0, unknown: 0 },
  triggered: 0,
  failures: 0,
  memory,
})
const seconds = (from: number, to: number): readonly Sample[] =>
  Array.from({ length: Math.floor((to - from) / 1000) }, (_, n) => sample(from + 1000 * n))
const series = (stepMs: number, points: Readonly<Record<number, number>>): RecordedSeries => ({
  stepMs,
  points: Object.entries(points).map(([at, failed]) => ({
    at: Number(at),
    values: { running: 0, waiting: 0, ok: 1, failed, aborted: 0, unknown: 0, triggered: 0, failures: 0 },
    peaks: {},
  })),
})

test.each([
  [15 * MINUTE, 10_000],
  [HOUR, MINUTE],
  [DAY, 15 * MINUTE],
  [7 * DAY, 2 * HOUR],
  [30 * DAY, 12 * HOUR],
])('the last %s ms are whole buckets, of which the last holds now', (spanMs, stepMs) => {
  const range = rangeUntil(NOW, spanMs)
  expect(range.stepMs).toBe(stepMs)
  expect(range.to - range.from).toBe(spanMs)
  expect(range.to % stepMs).toBe(0)
  expect(range.to).toBeGreaterThan(NOW)
  expect(range.to - NOW).toBeLessThanOrEqual(stepMs)
})

test('a chosen range grows to the buckets that it touches', () => {
  expect(rangeOver({ from: 1234, to: 9876 }, 5000)).toEqual({ from: 0, to: 10_000, stepMs: 5000 })
  expect(rangeOver({ from: 5000, to: 10_000 }, 5000)).toEqual({ from: 5000, to: 10_000, stepMs: 5000 })
})

describe('one count from samples and history', () => {
  const range = { from: 0, to: 60_000, stepMs: 10_000 }
  const of = (samples: readonly Sample[], recorded?: RecordedSeries, now = 55_000) =>
    activityBuckets({ range, now, samples, recorded, memory: new Map() })

  test('what had ended unseen is counted apart, from either source', () => {
    const unseen = { ok: 3, failed: 2, aborted: 0, unknown: 0 }
    const recorded = series(10_000, { 0: 7 })
    const [point] = recorded.points
    const withUnseen = {
      ...recorded,
      points: point ? [{ ...point, values: { ...point.values, unseenFailed: 5 } }] : [],
    }
    const buckets = of([...seconds(12_000, 55_000), { ...sample(55_000, 4), unseen }], withUnseen)
    expect(unseenIn(buckets)).toEqual({ ok: 3, failed: 7, aborted: 0, unknown: 0 })
    expect(endedIn(buckets).failed).toBe(11)
  })

  test('each bucket is read from one of the two, so that nothing counts twice', () => {
    const recorded = series(10_000, { 0: 7, 10000: 5, 20000: 100, 30000: 100, 40000: 100 })
    const buckets = of([...seconds(12_000, 55_000), sample(55_000, 4)], recorded)
    expect(buckets.map(({ failed }) => failed)).toEqual([7, 5, 0, 0, 0, 4])
    expect(buckets.map(({ complete }) => complete)).toEqual([true, true, true, true, true, false])
    expect(endedIn(buckets)).toMatchObject({ failed: 16, ok: 2 + 30 + 6 })
  })

  test('without history the bucket of the first sample counts what was seen of it, and is no complete one', () => {
    const buckets = of(seconds(12_000, 55_000))
    expect(buckets.map(({ ok }) => ok)).toEqual([null, 8, 10, 10, 10, 5])
    expect(buckets.map(({ complete }) => complete)).toEqual([false, false, true, true, true, false])
    expect(watchedSince(buckets)).toBe(10_000)
  })

  test('history in another step is not mixed in; without anything all is unknown', () => {
    expect(of([], series(60_000, { 0: 9 })).map(({ failed }) => failed)).toEqual(Array(6).fill(null))
    expect(watchedSince(of([]))).toBeUndefined()
  })
})

describe('gaps', () => {
  const range = { from: 0, to: 120_000, stepMs: 10_000 }
  const gapsOf = (samples: readonly Sample[], now = 115_000) =>
    activityGaps(activityBuckets({ range, now, samples, recorded: undefined, memory: new Map() }), range.stepMs, now)

  test('time without a sample is unwatched from half a minute on, up to now', () => {
    expect(gapsOf([...seconds(0, 20_000), ...seconds(60_000, 115_000)])).toEqual([
      { kind: 'unwatched', from: 20_000, to: 60_000 },
    ])
    expect(gapsOf([...seconds(0, 20_000), ...seconds(40_000, 115_000)])).toEqual([])
    expect(gapsOf(seconds(0, 70_000))).toEqual([{ kind: 'unwatched', from: 70_000, to: 115_000 }])
  })

  test('silent shards are named, once they had answered', () => {
    const stats = { total: 1, peak: 1, current: 1 }
    const at = (n: number, a: boolean, b: boolean) =>
      sample(n * 10_000, 0, { a: a ? stats : null, b: b ? stats : null })
    const samples = [
      at(0, true, false),
      at(1, true, true),
      at(2, false, true),
      at(3, false, true),
      at(4, false, false),
      at(5, true, true),
    ]
    expect(gapsOf(samples, 59_000)).toEqual([
      { kind: 'silent', shards: ['a'], from: 20_000, to: 40_000 },
      { kind: 'silent', shards: ['a', 'b'], from: 40_000, to: 50_000 },
    ])
  })
})

test.each([
  [60_000, 'in the last minute'],
  [3_600_000, 'in the last hour'],
  [900_000, 'in the last 15 min'],
])('a range of %s ms that ends now is named', (span, words) => {
  const now = Date.UTC(2026, 5, 1, 14)
  expect(rangeInWords({ from: now - span, to: now, stepMs: 1000 }, { live: true, now }).sentence).toBe(words)
})
