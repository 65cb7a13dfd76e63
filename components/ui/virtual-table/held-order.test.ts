import { expect, test } from 'vitest'
import { HoldMemory, holdOrder, rowsBehind } from './held-order'
import { edited } from './testing'

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

test('what a memory makes of each delta is what holding from scratch makes', () => {
  const memory = new HoldMemory<{ key: string; value: number }>()
  let rows: readonly { key: string; value: number }[] = []
  let order: readonly string[] = []
  for (let delta = 0; delta < 200; delta++) {
    rows = edited(
      rows,
      delta,
      (n) => row(`x${n}`),
      (r) => row(r.key, delta),
    )
    if (delta % 20 === 0) order = rows.map(keyOf).reverse()
    expect(holdOrder(rows, keyOf, order, memory)).toEqual(holdOrder(rows, keyOf, order))
  }
})

test('with a memory, one that went and came back has its old place', () => {
  const memory = new HoldMemory<{ key: string; value: number }>()
  const order = ['a', 'b', 'c']
  const [a, b, c] = [row('a'), row('b'), row('c')]
  holdOrder([a, b, c], keyOf, order, memory)
  holdOrder([a, c], keyOf, order, memory)
  expect(holdOrder([a, c, b], keyOf, order, memory)).toEqual({ rows: [a, b, c], waiting: 0 })
})

test('what sorts behind the last held row is told apart from what would move the others', () => {
  const behind = (order: readonly string[], sorted: readonly string[]) =>
    rowsBehind(
      order,
      sorted.map((key) => row(key)),
      keyOf,
    )
  expect(behind(['a', 'b'], ['new', 'a', 'between', 'b', 'c', 'd'])).toEqual(['c', 'd'])
  expect(behind(['a', 'b'], ['new', 'a', 'b'])).toEqual([])
  // The last held one went.
  expect(behind(['a', 'b'], ['a', 'c'])).toEqual(['c'])
  expect(behind(['a', 'b'], [])).toEqual([])
})
