import { describe, expect, test } from 'vitest'
import { niceScale, spreadLabels, timeTicks } from './scale'

describe('y axis', () => {
  test.each([
    [200, [0, 50, 100, 150, 200]],
    [196, [0, 50, 100, 150, 200]],
    [86, [0, 25, 50, 75, 100]],
    [3, [0, 1, 2, 3]],
    [0, [0, 1]],
  ])('up to %s', (highest, ticks) => expect(niceScale(highest, { whole: true }).ticks).toEqual(ticks))

  test('nothing to show is an axis anyway', () => expect(niceScale(0)).toEqual({ min: 0, max: 1, ticks: [0, 1] }))

  test.each([
    [27.9, 28.4, [27.5, 28, 28.5]],
    [110, 110, [110, 112]],
    [9.17, 9.2, [9.1, 9.2]],
    [20, 31.4, [20, 25, 30, 35]],
    [0, 86, [0, 25, 50, 75, 100]],
  ])('fitted from %s to %s', (lowest, highest, ticks) => {
    const scale = niceScale(highest, { lowest })
    expect(scale.min).toBeLessThanOrEqual(lowest)
    expect(scale.max).toBeGreaterThanOrEqual(highest)
    expect(scale.ticks.map((tick) => Number(tick.toFixed(6)))).toEqual(ticks)
  })

  test('always has room for the highest value', () => {
    for (let highest = 0.001; highest < 1e12; highest *= 1.37) {
      expect(niceScale(highest).max).toBeGreaterThanOrEqual(highest * (1 - 1e-9))
    }
  })
})

test('time ticks are round and few', () => {
  const minute = 60_000
  expect(timeTicks(0, 15 * minute)).toEqual([0, 5, 10, 15].map((n) => n * minute))
  expect(timeTicks(61_000, 119_000)).toEqual([70, 80, 90, 100, 110].map((n) => n * 1000))
})

test('labels move apart, keep their order and stay inside', () => {
  expect(spreadLabels([10, 50], 12, 100)).toEqual([10, 50])
  expect(spreadLabels([50, 50, 52], 12, 100)).toEqual([50, 62, 74])
  expect(spreadLabels([100, 99], 12, 100)).toEqual([100, 88])
})
