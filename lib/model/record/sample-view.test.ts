import { describe, expect, test } from 'vitest'
import type { Sample } from './sample'
import { bucketSamples, lastMinute, memoryNow } from './sample-view'

const stats = (current: number) => ({ total: current * 2, peak: current + 1, current })

const sample = (at: number, change: Partial<Sample> = {}): Sample => ({
  at,
  running: 1,
  waiting: 0,
  ended: { ok: 0, failed: 0, aborted: 0, unknown: 0 },
  triggered: 0,
  failures: 0,
  memory: { a: stats(10), b: stats(20) },
  ...change,
})

describe('buckets', () => {
  test('counts add up, gauges are the newest', () => {
    const [first, second] = bucketSamples(
      [
        sample(1000, { ended: { ok: 1, failed: 2, aborted: 0, unknown: 0 }, running: 5, triggered: 3 }),
        sample(4000, { ended: { ok: 2, failed: 0, aborted: 0, unknown: 1 }, running: 7, triggered: 4 }),
        sample(6000),
      ],
      5000,
    )
    expect(first).toMatchObject({
      at: 0,
      ok: 3,
      failed: 2,
      unknown: 1,
      running: 7,
      triggered: 7,
      memory: { a: 10, b: 20 },
    })
    expect(second).toMatchObject({ at: 5000, ok: 0 })
  })

  test('a span in which nobody looked is unknown, not zero', () => {
    const buckets = bucketSamples([sample(1000), sample(11_000)], 5000)
    expect(buckets.map((bucket) => bucket.ok)).toEqual([0, null, 0])
    expect(buckets[1]?.memory).toEqual({})
  })

  test('one unknown part makes the bucket unknown', () => {
    expect(
      bucketSamples([sample(0, { triggered: null }), sample(1000, { triggered: 5 })], 5000)[0]?.triggered,
    ).toBeNull()
  })
})

describe('the last minute', () => {
  test('is no rate before a minute was watched; the oldest sample only marks the beginning', () => {
    const samples = [sample(0, { triggered: 1000 }), sample(3000, { triggered: 5 }), sample(6000, { triggered: 15 })]
    expect(lastMinute(samples, 'triggered')).toEqual({ count: 20, spanMs: 6000, perMinute: null })
  })

  test.each([
    ['a second', 1003, 61],
    ['ten seconds', 10_007, 7],
    ['four seconds', 4000, 15],
  ])('is one where samples are %s apart', (_, stepMs, counted) => {
    const samples = Array.from({ length: 200 }, (_each, n) => sample(n * stepMs, { triggered: 1 }))
    const last = lastMinute(samples, 'triggered')
    expect(last?.spanMs).toBeGreaterThanOrEqual(60_000)
    expect(last?.count).toBeGreaterThanOrEqual(counted - 1)
    expect(last?.count).toBeLessThanOrEqual(counted)
    expect(last?.perMinute).toBeCloseTo(60_000 / stepMs, 6)
  })

  test('is unknown while a part is unknown, and before two samples', () => {
    expect(lastMinute([sample(0)], 'triggered')).toBeNull()
    expect(lastMinute([sample(0), sample(1000, { triggered: null }), sample(2000)], 'triggered')).toBeNull()
  })

  test('counts nothing from before a gap', () => {
    const samples = [sample(0), sample(1000, { triggered: null }), sample(70_000), sample(100_000, { triggered: 10 })]
    expect(lastMinute(samples, 'triggered')).toEqual({ count: 10, spanMs: 30_000, perMinute: null })
  })
})

describe('memory now', () => {
  test('sums, unless a shard is silent', () => {
    expect(memoryNow([sample(0)])).toMatchObject({ current: 30, highestPeak: 21, uncounted: false })
    expect(memoryNow([sample(0, { memory: { a: stats(1), b: null } })])).toMatchObject({ current: null })
    expect(memoryNow([])).toBeUndefined()
  })

  test('all zeros mean that nothing is counted; a silent shard alone does not', () => {
    const zero = { total: 0, peak: 0, current: 0 }
    expect(memoryNow([sample(0, { memory: { a: zero, b: null } })])?.uncounted).toBe(true)
    expect(memoryNow([sample(0, { memory: { a: null } })])?.uncounted).toBe(false)
  })
})
