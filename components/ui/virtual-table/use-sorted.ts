import { useMemo } from 'react'
import { Derived, type RowList } from '@/lib/model/list/row-list'
import { sorted } from '@/lib/model/list/sorted'
import type { Sort, TableColumn } from './types'

/** The list in the order of a column, by group where there are groups; the list itself where nothing orders it. */
export function useSorted<Row extends object>(
  list: RowList<Row>,
  columns: readonly TableColumn<Row>[],
  sort: Sort | null,
  groupOf: ((row: Row) => string) | undefined,
): RowList<Row> {
  const { order } = list
  const read = columns.find(({ id }) => id === sort?.id)?.sortValue
  const desc = sort?.desc ?? false
  const derived = useMemo(
    () => (read || groupOf) && new Derived(sorted({ read, desc, groupOf }, order)),
    [read, desc, groupOf, order],
  )
  return useMemo(() => derived?.of(list) ?? list, [derived, list])
}
