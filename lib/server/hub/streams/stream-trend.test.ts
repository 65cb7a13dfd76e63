import { expect, it } from 'vitest'
import { StreamTrend } from './stream-trend'

it('tells growth only after it was looked at for long enough, and forgets what is old', () => {
  const trend = new StreamTrend()
  trend.addPoint(0, { waiting: 100, length: 100 })
  trend.addPoint(4000, { waiting: 90, length: 104 })
  expect(trend.told).toEqual({ growthPerS: null, lengthPerS: null, watchedMs: 4000 })
  trend.addPoint(10_000, { waiting: 80, length: 110 })
  expect(trend.told).toEqual({ growthPerS: -2, lengthPerS: 1, watchedMs: 10_000 })
  trend.addPoint(125_000, { waiting: 80, length: 110 })
  trend.addPoint(129_000, { waiting: 80, length: 110 })
  expect(trend.told).toMatchObject({ growthPerS: 0, watchedMs: 4000 + 115_000 })
})
