import { expect, test } from 'vitest'
import { againstFunction } from './function-history'

const times = { timed: 50, p95: 100, max: 400 }

test('a run is held against the p95 of its function, and against the longest on record', () => {
  expect(againstFunction(320, times, false)).toEqual({ words: '3.2 times the p95 of its function', slow: true })
  expect(againstFunction(1200, times, false)?.words).toBe('12 times the p95 of its function, the longest recorded')
  expect(againstFunction(90, times, false)).toEqual({ words: 'within the p95 of its function', slow: false })
})

test('what runs still is told only when it is late, and few runs tell nothing', () => {
  expect(againstFunction(90, times, true)).toBeUndefined()
  expect(againstFunction(320, times, true)?.slow).toBe(true)
  expect(againstFunction(320, { ...times, timed: 5 }, false)).toBeUndefined()
  expect(againstFunction(null, times, false)).toBeUndefined()
})

test('a millisecond more is the clock’s, and of nothing there is no multiple', () => {
  expect(againstFunction(2, { timed: 50, p95: 1, max: 1 }, false)?.slow).toBe(false)
  expect(againstFunction(9, { timed: 50, p95: 0, max: 1 }, false)?.words).toBe(
    'over the p95 of its function, which is under 1 ms, the longest recorded',
  )
})
