import type { RowData } from '@tanstack/react-table'
import type { ReactNode } from 'react'
import type { RowList } from '@/lib/model/list/row-list'
import type { SortValue } from '@/lib/model/list/sorted'
import type { RowShortcut } from './row-shortcuts'

export interface TableColumn<Row> {
  readonly id: string
  readonly header: string
  readonly cell: (row: Row) => ReactNode
  /** Makes the column sortable by this value; null sorts last in either direction. */
  readonly sortValue?: (row: Row) => SortValue
  /** Pixels, or a grid track such as `minmax(160px, 1fr)`. */
  readonly width: number | string
  /** Numbers right, words left. */
  readonly align?: 'left' | 'right'
  /** Low-priority columns leave on narrow tables (width of the table itself, px). */
  readonly hideBelow?: number
}

export interface Sort {
  readonly id: string
  readonly desc: boolean
}

/** Rows that belong together, under a line of their own. */
export interface RowGroups<Row> {
  /** Identifies a grouping. */
  readonly id: string
  /** Rows of one name stand together, in the order of the names. */
  readonly nameOf: (row: Row) => string
  /** The header above a group's rows. */
  readonly heading: (name: string, rows: readonly Row[]) => ReactNode
}

export interface VirtualTableProps<Row extends RowData> {
  /** Accessible name: `Executions`. */
  readonly label: string
  /** Each delta costs what it changed; `listAsGiven` makes one of rows that do not change. */
  readonly list: RowList<Row>
  /** The list that a filter found `list` in: a row that it no longer finds shows its newest state while it is held. */
  readonly all?: RowList<Row>
  /** The text of that filter. While rows hold, another text shows its own at once. */
  readonly asked?: string
  /** What became of a held row that left the list: `not registered`. */
  readonly goneWord?: string
  readonly columns: readonly TableColumn<Row>[]
  /** Stable and unique; must be a stable function itself (module scope or memo). */
  readonly rowKey: (row: Row) => string
  /** Pixels. */
  readonly rowHeight?: number
  /** A reason under a row that needs one; undefined for the others. */
  readonly secondLine?: (row: Row) => ReactNode | undefined
  /** Must be memoized: a new object sorts all rows again. */
  readonly groups?: RowGroups<Row>
  /** Enter, or a press on the row. */
  readonly onOpen?: (row: Row) => void
  /** The row whose detail is open. */
  readonly openKey?: string
  /** Rows can be selected where this is given. */
  readonly selected?: ReadonlySet<string>
  readonly onSelectedChange?: (selected: ReadonlySet<string>) => void
  /** Words for the checkbox of a row: `Select execution 15f4…-3`. */
  readonly selectLabel?: (row: Row) => string
  /** What keys do to rows, beside those that move, open and select. */
  readonly shortcuts?: readonly RowShortcut<Row>[]
  /** Controlled by the page (it lives in the URL); null is the order of `list`. */
  readonly sort: Sort | null
  readonly onSortChange: (sort: Sort | null) => void
  /** Loads more rows; called while the last row is in view. Rows that come behind it join even while the order is held. */
  readonly onEnd?: () => void
  /** Instead of rows, when there are none. */
  readonly empty?: ReactNode
  /** Under the rows: counts, or the bulk bar; its place is kept, so nothing moves. */
  readonly footer?: ReactNode
  readonly className?: string
}
