import { expect, test } from 'vitest'
import { estimateInWords, growthInWords } from './growth-words'

test('a figure never stands without its interval', () => {
  expect(estimateInWords({ value: 1200, low: 1100, high: 1300 })).toBe('+1.2 kB (+1.1 kB to +1.3 kB)')
  expect(estimateInWords({ value: -80, low: -200, high: 40 })).toBe('−80 B (−200 B to +40 B)')
})

test('memory grows or shrinks where the interval leaves zero out, and nothing is said where too little is known', () => {
  expect(growthInWords({ perHour: { value: 3.1e6, low: 2.8e6, high: 3.4e6 } })).toBe(
    'Python memory grows by about 3.1 MB per hour (+2.8 MB to +3.4 MB per hour).',
  )
  expect(growthInWords({ perHour: { value: -3.1e6, low: -3.4e6, high: -2.8e6 } })).toContain('shrinks by about 3.1 MB')
  expect(growthInWords({ perHour: { value: 5000, low: -1e6, high: 1e6 } })).toBe(
    'No measurable growth of Python memory (−1 MB to +1 MB per hour).',
  )
  expect(growthInWords({ perHour: null })).toBe('Not enough data.')
  expect(growthInWords({ perHour: null, missingMs: 185_000 })).toBe(
    'Too early to say what grows: about 3 min more data needed.',
  )
})
