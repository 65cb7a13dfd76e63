import type { PythonStats } from '@gearboard/gears/vocabulary/environment'
import { expect, test } from 'vitest'
import type { RecordedSeries } from '@/lib/model/record/history'
import { heldPoints, isUncounted, type MemoryMoment, momentsOfSeries, ratePoints } from './memory-view'

const stats = (current: number, total = current): PythonStats => ({ current, peak: current * 2, total })
const moment = (at: number, perShard: MemoryMoment['perShard']): MemoryMoment => ({ at, perShard })

test('the sum and the highest peak are known where every shard is', () => {
  const moments = [moment(0, { a: stats(5), b: stats(7) }), moment(1000, { a: stats(6), b: null })]
  expect(heldPoints(moments, 'current')).toEqual([
    { at: 0, values: { a: 5, b: 7, all: 12 } },
    { at: 1000, values: { a: 6, b: null, all: null } },
  ])
  expect(heldPoints(moments, 'peak')[0]?.values).toEqual({ a: 10, b: 14, all: 14 })
  expect(heldPoints(moments, 'peak')[1]?.values).toEqual({ a: 12, b: null, all: null })
})

test('the rate is over 5 s or more, and unknown where the count began anew', () => {
  const totals = [0, 100, 200, 300, 400, 500, 600, 50]
  const rates = ratePoints(totals.map((total, second) => moment(second * 1000, { a: stats(1, total) })))
  expect(rates.map(({ values }) => values.a)).toEqual([null, 100, 100, 100, 100, 100, 100, null])
})

test('spans of ten minutes need no window, and a gap breaks the line', () => {
  const at = (n: number) => n * 600_000
  const rates = ratePoints([
    moment(at(0), { a: stats(1, 0) }),
    moment(at(1), { a: stats(1, 6_000_000) }),
    moment(at(2), { a: null }),
    moment(at(3), { a: stats(1, 9_000_000) }),
    moment(at(4), { a: stats(1, 9_600_000) }),
  ])
  expect(rates.map(({ values }) => values.a)).toEqual([null, 10_000, null, null, 1000])
})

const series = (points: readonly (readonly [at: number, current: number])[]): RecordedSeries => ({
  stepMs: 1000,
  points: points.map(([at, current]) => ({
    at,
    values: { current, peak: current, total: current },
    peaks: { current: current + 1, peak: current + 2, total: current + 3 },
  })),
})

test('the record has a moment for each span of the time asked for, also where nothing is known', () => {
  const { span, moments } = momentsOfSeries(new Map([['a', series([[2000, 5]])]]), { from: 1500, to: 4000 })
  expect(span).toBe(1000)
  expect(moments).toEqual([
    { at: 1000, perShard: { a: null } },
    { at: 2000, perShard: { a: { current: 5, peak: 7, total: 8 } } },
    { at: 3000, perShard: { a: null } },
  ])
  expect(momentsOfSeries(new Map(), { from: 0, to: 1000 }).moments).toEqual([])
})

test('zeros at every moment are no measurement; one figure is', () => {
  const zero = { current: 0, peak: 0, total: 0 }
  expect(isUncounted([moment(0, { a: zero }), moment(1, { a: null })])).toBe(true)
  expect(isUncounted([moment(0, { a: zero }), moment(1, { a: stats(4) })])).toBe(false)
  expect(isUncounted([moment(0, { a: null })])).toBe(false)
})
