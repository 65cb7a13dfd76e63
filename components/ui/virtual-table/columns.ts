import {
  type ColumnDef,
  type ColumnVisibilityState,
  columnSizingFeature,
  columnVisibilityFeature,
  metaHelper,
  type RowData,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'
import type { TableColumn } from './types'

interface ColumnMeta {
  /** A grid track where the width is no number of pixels. */
  readonly track: string | undefined
  readonly align: 'left' | 'right'
}

/** What these tables use of TanStack Table. No row models beyond the core one: rows come sorted, and only those in view. */
export const features = tableFeatures({
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  columnMeta: metaHelper<ColumnMeta>(),
})
export type Features = typeof features

/** TanStack's definitions of a page's columns. Numbers sort from the largest first: that end is the interesting one. */
export function columnDefs<Row extends RowData>(columns: readonly TableColumn<Row>[]): ColumnDef<Features, Row>[] {
  return columns.map(({ id, header, width, align = 'left', sortValue, cell }) => ({
    id,
    header,
    cell: ({ row }) => cell(row.original),
    sortDescFirst: align === 'right',
    meta: { align, track: typeof width === 'string' ? width : undefined },
    ...(typeof width === 'number' && { size: width }),
    ...(sortValue && { accessorFn: sortValue }),
  }))
}

/** Which columns have room in a table of `width` px; all while the width is not known. */
export function columnVisibility<Row>(
  columns: readonly TableColumn<Row>[],
  width: number | undefined,
): ColumnVisibilityState {
  return Object.fromEntries(columns.map(({ id, hideBelow = 0 }) => [id, width === undefined || hideBelow <= width]))
}

/** `2` of `minmax(84px, 2fr)`. */
function shareOf<Row>({ width }: TableColumn<Row>): number {
  if (typeof width !== 'string') return 0
  const last = width.slice(Math.max(width.lastIndexOf(' '), width.lastIndexOf('(')) + 1)
  return last.includes('fr') ? Number.parseFloat(last) : 0
}

/** The column that gets most of the width to spare, the first of several; undefined where none gets any. */
export const roomiest = <Row>(columns: readonly TableColumn<Row>[]): string | undefined =>
  columns.filter((column) => shareOf(column) > 0).toSorted((a, b) => shareOf(b) - shareOf(a))[0]?.id
