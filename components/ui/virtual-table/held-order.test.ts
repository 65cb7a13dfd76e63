import { expect, test } from 'vitest'
import { holdOrder } from './held-order'

const row = (key: string, value = 0) => ({ key, value })
const keyOf = (r: { key: string }) => r.key

test('without an order to hold, rows pass through as they are', () => {
  const rows = [row('b'), row('a')]
  expect(holdOrder(rows, keyOf, undefined)).toEqual({ rows, waiting: 0 })
})

test('held rows keep their places but show their newest state, newcomers wait', () => {
  const held = holdOrder([row('new'), row('b', 2), row('a', 1)], keyOf, ['a', 'b'])
  expect(held.rows).toEqual([row('a', 1), row('b', 2)])
  expect(held.waiting).toBe(1)
})

test('rows that went leave, and do not count as waiting', () => {
  expect(holdOrder([row('b')], keyOf, ['a', 'b'])).toEqual({ rows: [row('b')], waiting: 0 })
})
