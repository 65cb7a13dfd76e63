import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '../cn'
import type { Sort, TableColumn } from './types'

interface HeaderRowProps<Row> {
  readonly columns: readonly TableColumn<Row>[]
  readonly sort: Sort | null
  readonly onSortChange: (sort: Sort | null) => void
  readonly template: string
  /** The checkbox for all, when rows can be selected. */
  readonly lead?: ReactNode
}

/** First press: the direction that shows the interesting end first; second: the other; third: back to the order of the rows. */
function nextSort(sort: Sort | null, id: string, numeric: boolean): Sort | null {
  if (sort?.id !== id) return { id, desc: numeric }
  return sort.desc === numeric ? { id, desc: !numeric } : null
}

export function HeaderRow<Row>({ columns, sort, onSortChange, template, lead }: HeaderRowProps<Row>) {
  return (
    <tr
      aria-rowindex={1}
      className="grid h-7 items-center border-line border-b bg-surface px-3 text-fg-3 text-small"
      style={{ gridTemplateColumns: template }}
    >
      {lead && <th className="flex items-center">{lead}</th>}
      {columns.map((column) => {
        const active = sort?.id === column.id ? sort : undefined
        const Arrow = active?.desc ? ArrowDown : ArrowUp
        return (
          <th
            key={column.id}
            aria-sort={active ? (active.desc ? 'descending' : 'ascending') : undefined}
            className={cn('min-w-0 truncate px-2 text-left font-normal', column.align === 'right' && 'text-right')}
          >
            {column.sortValue ? (
              <button
                type="button"
                onClick={() => onSortChange(nextSort(sort, column.id, column.align === 'right'))}
                className={cn(
                  'inline-flex max-w-full items-center gap-1 rounded-chip -outline-offset-1 hover:text-fg',
                  active && 'font-semibold text-fg',
                )}
              >
                <span className="truncate">{column.header}</span>
                {active && <Arrow aria-hidden className="size-3" />}
              </button>
            ) : (
              column.header
            )}
          </th>
        )
      })}
    </tr>
  )
}
