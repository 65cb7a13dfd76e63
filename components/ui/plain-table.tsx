'use client'

import { ChevronRight } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
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

/** Whether columns lie outside the region, to the right. */
function useMoreToTheRight(region: RefObject<HTMLDivElement | null>): boolean {
  const [more, setMore] = useState(false)
  useEffect(() => {
    const element = region.current
    if (!element) return
    const look = () => setMore(element.scrollLeft + element.clientWidth < element.scrollWidth - 1)
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    const table = element.firstElementChild
    if (table) observer.observe(table)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [region])
  return more
}

/** A table of some tens of rows: header 28, rows 32 at normal density, sideways scrolling, with an arrow, where it is too wide, words for screen readers included. */
export function PlainTable<Row>({ label, rows, columns, rowKey, className }: PlainTableProps<Row>) {
  const region = useRef<HTMLDivElement>(null)
  const more = useMoreToTheRight(region)
  return (
    <div className={cn('relative', className)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div ref={region} tabIndex={0} className="relative overflow-x-auto -outline-offset-2">
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
              <tr key={rowKey(row)} className="h-[calc(32px+var(--row-more))] border-line border-t hover:bg-hover">
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
      {more && (
        <span
          aria-hidden
          className="pointer-events-none absolute top-0 right-0 flex h-7 items-center border-line border-l bg-surface px-1 text-fg-2"
        >
          <ChevronRight />
        </span>
      )}
    </div>
  )
}
