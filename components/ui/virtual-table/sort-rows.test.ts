import { expect, test } from 'vitest'
import { sortRows } from './sort-rows'
import type { TableColumn } from './types'

interface Row {
  readonly name: string
  readonly n: number | null
}
const columns: readonly TableColumn<Row>[] = [
  { id: 'name', header: '', width: 1, cell: () => null, sortValue: (row) => row.name },
  { id: 'n', header: '', width: 1, cell: () => null, sortValue: (row) => row.n },
  { id: 'fixed', header: '', width: 1, cell: () => null },
]
const rows: readonly Row[] = [
  { name: 'b', n: 10 },
  { name: 'a', n: null },
  { name: 'd', n: 9 },
  { name: 'c', n: 10 },
]
const names = (id: string, desc: boolean) =>
  sortRows(rows, columns, { id, desc })
    .map((row) => row.name)
    .join('')

test('numbers sort as numbers, equal ones follow the direction, unknown ones stand last in either direction', () => {
  expect(names('n', false)).toBe('dbca')
  expect(names('n', true)).toBe('cbda')
})

test('words sort by letter', () => {
  expect(names('name', false)).toBe('abcd')
  expect(names('name', true)).toBe('dcba')
})

test('without an order, or by a column that has none, the rows stay as they are', () => {
  expect(sortRows(rows, columns, null)).toBe(rows)
  expect(sortRows(rows, columns, { id: 'fixed', desc: true })).toBe(rows)
  expect(sortRows(rows, columns, { id: 'gone', desc: true })).toBe(rows)
})
