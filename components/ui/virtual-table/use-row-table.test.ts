import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { Sort, TableColumn } from './types'
import { useRowTable } from './use-row-table'

interface Row {
  readonly name: string
  readonly n: number
}
const columns: readonly TableColumn<Row>[] = [
  { id: 'name', header: 'Name', width: 'minmax(80px, 1fr)', cell: ({ name }) => name, sortValue: ({ name }) => name },
  { id: 'n', header: 'Number', width: 64, align: 'right', hideBelow: 500, cell: ({ n }) => n, sortValue: ({ n }) => n },
  { id: 'bar', header: '', width: 40, cell: () => '|' },
]
const rows: readonly Row[] = [
  { name: 'b', n: 1 },
  { name: 'a', n: 2 },
]
type Table = ReturnType<typeof useRowTable<Row>>

interface ProbeProps {
  readonly read: (table: Table) => void
  readonly sort?: Sort | null
  readonly width?: number
  readonly asked?: (sort: Sort | null) => void
}

const rowKey = ({ name }: Row): string => name

function Probe({ read, sort = null, width, asked = () => {} }: ProbeProps): ReactNode {
  read(useRowTable({ columns, rows, rowKey, sort, onSortChange: asked, width }))
  return null
}

/** What `read` finds in the table while it renders. */
function inTable<T>(read: (table: Table) => T, props: Omit<ProbeProps, 'read'> = {}): T[] {
  const found: T[] = []
  renderToStaticMarkup(createElement(Probe, { ...props, read: (table: Table) => void found.push(read(table)) }))
  return found
}

test('rows stay in the order they are given, under their keys, whatever the order says', () => {
  const ids = (table: Table) => table.getRowModel().rows.map(({ id }) => id)
  expect(inTable(ids, { sort: { id: 'name', desc: false } })).toEqual([['b', 'a']])
})

test('columns without room leave headers and cells alike', () => {
  const shown = (table: Table) => [
    table.getLeafHeaders().map(({ id }) => id),
    table.getRowModel().rows.map((row) => row.getVisibleCells().length),
  ]
  const all = [
    ['name', 'n', 'bar'],
    [3, 3],
  ]
  const narrow = [
    ['name', 'bar'],
    [2, 2],
  ]
  expect(inTable(shown)).toEqual([all])
  expect(inTable(shown, { width: 500 })).toEqual([all])
  expect(inTable(shown, { width: 499 })).toEqual([narrow])
})

test('a press asks for the interesting end first, then the other, then for no order', () => {
  const press = (id: string, sort: Sort | null) => {
    const asked: (Sort | null)[] = []
    inTable((table) => table.getColumn(id)?.getToggleSortingHandler()?.({}), {
      sort,
      asked: (next) => asked.push(next),
    })
    return asked
  }
  expect(press('name', null)).toEqual([{ id: 'name', desc: false }])
  expect(press('name', { id: 'name', desc: false })).toEqual([{ id: 'name', desc: true }])
  expect(press('name', { id: 'name', desc: true })).toEqual([null])
  expect(press('n', { id: 'name', desc: true })).toEqual([{ id: 'n', desc: true }])
  expect(press('n', { id: 'n', desc: true })).toEqual([{ id: 'n', desc: false }])
  expect(press('n', { id: 'n', desc: false })).toEqual([null])
  expect(press('bar', null)).toEqual([])
})
