import { expect, test } from 'vitest'
import { SortMemory, sortRows } from './sort-rows'
import { edited } from './testing'
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

test('what a memory makes of each delta is what sorting from scratch makes', () => {
  const memory = new SortMemory<Row>(({ name }) => name)
  let list: readonly Row[] = rows
  for (let delta = 0; delta < 200; delta++) {
    list = edited(
      list,
      delta,
      (n) => ({ name: `x${n}`, n: n % 3 === 0 ? null : n % 10 }),
      (row) => ({ ...row, n: delta % 10 }),
    )
    const sort = { id: delta % 50 < 25 ? 'n' : 'name', desc: delta % 20 < 10 }
    expect(sortRows(list, columns, sort, memory)).toEqual(sortRows(list, columns, sort))
  }
})

test('with a memory, a value is read once for as long as its row stays', () => {
  const seen: string[] = []
  const sortValue = ({ name }: Row): string => {
    seen.push(name)
    return name
  }
  const watched: readonly TableColumn<Row>[] = [{ id: 'name', header: '', width: 1, cell: () => null, sortValue }]
  const memory = new SortMemory<Row>(({ name }) => name)
  const sort = { id: 'name', desc: false }
  sortRows(rows, watched, sort, memory)
  seen.length = 0
  sortRows([...rows.slice(1), { name: 'e', n: 1 }], watched, sort, memory)
  expect(seen).toEqual(['e'])
})
