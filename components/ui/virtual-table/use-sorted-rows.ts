import {
  type ColumnDef,
  createSortedRowModel,
  type Row as ModelRow,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useMemo } from 'react'
import type { Sort, TableColumn } from './types'

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() })

/** TanStack Table turns `desc` round after us: nulls are sorted last by `sortUndefined`, so they never get here. */
const compare = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** The row models of TanStack Table over our columns: sorted, stable, memoised by `rows` and `sort`. */
export function useSortedRows<Row extends object>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const definitions = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof features, Row> => ({
          id: column.id,
          header: column.header,
          accessorFn: (row) => column.sortValue?.(row) ?? undefined,
          enableSorting: column.sortValue !== undefined,
          sortUndefined: 'last',
          sortFn: (a: ModelRow<typeof features, Row>, b: ModelRow<typeof features, Row>, id: string) =>
            compare(a.getValue(id), b.getValue(id)),
        }),
      ),
    [columns],
  )
  const sorting = useMemo(() => (sort ? [{ ...sort }] : []), [sort])
  const table = useTable({ features, columns: definitions, data: rows, state: { sorting } })
  const model = table.getRowModel()
  return useMemo(() => model.rows.map((row) => row.original), [model])
}
