import { functionalUpdate, type ReactTable, type RowData, useTable } from '@tanstack/react-table'
import { useMemo } from 'react'
import { columnDefs, columnVisibility, type Features, features } from './columns'
import type { Sort, TableColumn } from './types'

interface RowTableOptions<Row extends RowData> {
  readonly columns: readonly TableColumn<Row>[]
  /** Those in view, in their order. The table wraps every row it is given, which 100,000 cannot afford twice a second. */
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly sort: Sort | null
  readonly onSortChange: (sort: Sort | null) => void
  /** Of the table, px; undefined until it is laid out. */
  readonly width: number | undefined
}

/** TanStack's table of the rows in view: it provides headers, sizes and cells; all rows are sorted beforehand. */
export function useRowTable<Row extends RowData>({
  columns,
  rows,
  rowKey,
  sort,
  onSortChange,
  width,
}: RowTableOptions<Row>): ReactTable<Features, Row> {
  const defs = useMemo(() => columnDefs(columns), [columns])
  const visibility = useMemo(() => columnVisibility(columns, width), [columns, width])
  const sorting = useMemo(() => (sort ? [{ id: sort.id, desc: sort.desc }] : []), [sort])
  return useTable({
    features,
    columns: defs,
    data: rows,
    getRowId: rowKey,
    manualSorting: true,
    enableMultiSort: false,
    state: { columnVisibility: visibility, sorting },
    onSortingChange: (updater) => onSortChange(functionalUpdate(updater, sorting)[0] ?? null),
  })
}
