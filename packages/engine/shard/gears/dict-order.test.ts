import { expect, test } from 'vitest'
import { tableOrder } from './dict-order'

const ordered = (...names: string[]): string[] =>
  tableOrder(names.map((name) => Buffer.from(name))).map((index) => names[index] ?? '')

test('records print in the order that recorded servers print them', () => {
  expect(ordered('type', 'value', 'key', 'event')).toEqual(['event', 'key', 'type', 'value'])
  expect(ordered('key', 'id', 'value')).toEqual(['key', 'id', 'value'])
  expect(ordered('f', 'g')).toEqual(['g', 'f'])
})

test('every field survives the growth of the table', () => {
  for (const count of [4, 5, 8, 9, 17, 40, 128, 200]) {
    const names = Array.from({ length: count }, (_, i) => `field:${i}`)
    expect(ordered(...names).toSorted()).toEqual(names.toSorted())
  }
})
