import { FlexRender, type Header, type RowData } from '@tanstack/react-table'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '../cn'
import type { Features } from './columns'

interface HeaderRowProps<Row extends RowData> {
  readonly headers: readonly Header<Features, Row>[]
  readonly template: string
  /** The checkbox for all, when rows can be selected. */
  readonly lead?: ReactNode
}

export function HeaderRow<Row extends RowData>({ headers, template, lead }: HeaderRowProps<Row>) {
  return (
    <tr
      aria-rowindex={1}
      className="grid h-7 items-center border-line border-b bg-surface px-3 text-fg-3 text-small"
      style={{ gridTemplateColumns: template }}
    >
      {lead && <th className="flex items-center">{lead}</th>}
      {headers.map((header) => {
        const { column } = header
        const sorted = column.getIsSorted()
        const Arrow = sorted === 'desc' ? ArrowDown : ArrowUp
        return (
          <th
            key={header.id}
            aria-sort={sorted ? (sorted === 'desc' ? 'descending' : 'ascending') : undefined}
            className={cn(
              'min-w-0 truncate px-2 text-left font-normal',
              column.columnDef.meta?.align === 'right' && 'text-right',
            )}
          >
            {column.getCanSort() ? (
              <button
                type="button"
                onClick={column.getToggleSortingHandler()}
                className={cn(
                  'inline-flex max-w-full items-center gap-1 rounded-chip -outline-offset-1 hover:text-fg',
                  sorted && 'font-semibold text-fg',
                )}
              >
                <span className="truncate">
                  <FlexRender header={header} />
                </span>
                {sorted && <Arrow aria-hidden className="size-3" />}
              </button>
            ) : (
              <FlexRender header={header} />
            )}
          </th>
        )
      })}
    </tr>
  )
}
