import type { ReactNode } from 'react'
import { cn } from './cn'

export interface PlainColumn<Row> {
  readonly id: string
  readonly header: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** Numbers right, words left. */
  readonly align?: 'left' | 'right'
  readonly className?: string
}

interface PlainTableProps<Row> {
  /** Accessible name. */
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly PlainColumn<Row>[]
  readonly rowKey: (row: Row) => string
  readonly className?: string
}

/** A table of some tens of rows: header 28, rows 32, sideways scrolling where it is too wide, words for screen readers included. */
export function PlainTable<Row>({ label, rows, columns, rowKey, className }: PlainTableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <div tabIndex={0} className={cn('relative overflow-x-auto -outline-offset-2', className)}>
      <table aria-label={label} className="w-full whitespace-nowrap">
        <thead>
          <tr className="h-7 text-fg-3 text-small">
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={cn(
                  'px-2 text-left font-normal first:pl-3 last:pr-3',
                  column.align === 'right' && 'text-right',
                  column.className,
                )}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="h-8 border-line border-t hover:bg-hover">
              {columns.map((column) => (
                <td
                  key={column.id}
                  className={cn(
                    'px-2 first:pl-3 last:pr-3',
                    column.align === 'right' && 'text-right',
                    column.className,
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
