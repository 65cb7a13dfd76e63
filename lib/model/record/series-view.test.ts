import { describe, expect, test } from 'vitest'
import type { RecordedSeries } from './history'
import { bucketsOfSeries, endedIn } from './series-view'

const series = (
  stepMs: number,
  ...points: readonly (readonly [at: number, values: RecordedSeries['points'][number]['values']])[]
) => ({
  stepMs,
  points: points.map(([at, values]) => ({ at, values, peaks: {} })),
})

describe('charts of what was recorded', () => {
  const activity = series(
    60,
    [0, { ok: 2, failed: 1, running: 0.5 }],
    [60, { ok: null, failed: null }],
    [180, { ok: 1, failed: 0 }],
  )

  test('one bucket a step; a step without a point is unknown, not zero, and the range is whole', () => {
    const { span, buckets } = bucketsOfSeries(activity, new Map(), { from: 0, to: 200 })
    expect(span).toBe(60)
    expect(buckets.map(({ at, ok, running, complete }) => [at, ok, running, complete])).toEqual([
      [0, 2, 0.5, true],
      [60, null, null, true],
      [120, null, null, true],
      [180, 1, null, false],
    ])
    expect(endedIn(buckets)).toEqual({ ok: 3, failed: 1, aborted: 0, unknown: 0, all: 4 })
  })

  test('memory stands beside it by shard, and only in the same step', () => {
    const memory = new Map([
      ['a', series(60, [60, { current: 7 }])],
      ['b', series(30, [60, { current: 9 }])],
    ])
    const { buckets } = bucketsOfSeries(activity, memory, { from: 0, to: 200 })
    expect(buckets.map((bucket) => bucket.memory)).toEqual([
      { a: null, b: null },
      { a: 7, b: null },
      { a: null, b: null },
      { a: null, b: null },
    ])
  })

  test('nothing recorded is no bucket', () => {
    expect(bucketsOfSeries(series(60), new Map(), { from: 0, to: 200 }).buckets).toEqual([])
  })
})
