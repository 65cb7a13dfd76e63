import { expect, test } from 'vitest'
import { worstFirst } from './worst-first'

const order = (values: Readonly<Record<string, number | null>>) =>
  worstFirst(Object.keys(values), (key) => values[key] ?? null).join(' ')

test.each([
  [{ a: 9.2, b: 9.3, c: 9.1, d: 9.25 }, 'a b c d'],
  [{ a: 9.2, b: 9.3, c: 14, d: 9.25 }, 'c a b d'],
  [{ a: 9.2, b: 20, c: 14, d: 9.25, e: 9 }, 'b c a d e'],
  [{ a: 0, b: 0, c: 3, d: 0, e: 7 }, 'e c a b d'],
  [{ a: 5 }, 'a'],
])('of %o', (values, expected) => expect(order(values)).toBe(expected))

test('what is not known comes first, also where nothing is', () => {
  expect(order({ a: 9, b: null, c: 90, d: 9, e: null })).toBe('b e c a d')
  expect(order({ a: null, b: null })).toBe('a b')
  expect(worstFirst([], () => 1)).toEqual([])
})

test('small changes of live values leave the order alone', () => {
  const keys = Array.from({ length: 30 }, (_, i) => `s${i}`)
  for (let tick = 0; tick < 50; tick++) {
    const values = new Map(keys.map((key, i) => [key, 10 + 0.4 * Math.sin(tick * 7 + i * 13)]))
    expect(worstFirst(keys, (key) => values.get(key) ?? null)).toEqual(keys)
  }
})
