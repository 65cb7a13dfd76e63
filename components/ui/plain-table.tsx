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
  /** The buttons of a row, on the right: only screen readers need its header. */
  readonly actions?: true
  readonly className?: string
}

interface PlainTableProps<Row> {
  /** Accessible name. */
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly PlainColumn<Row>[]
  readonly rowKey: (row: Row) => string
  readonly className?: string
  /** On small screens each row is a card, with a line for each cell that has something: for words and buttons rather than figures to compare. */
  readonly cards?: boolean
}

/** For a column of long words: they wrap rather than push the others out of sight. */
export const WRAPS = 'min-w-32 whitespace-normal [overflow-wrap:anywhere]'

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
export function PlainTable<Row>({ label, rows, columns, rowKey, className, cards = false }: PlainTableProps<Row>) {
  const region = useRef<HTMLDivElement>(null)
  const more = useMoreToTheRight(region)
  return (
    <div className={cn('relative', className)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div ref={region} tabIndex={0} className="relative overflow-x-auto -outline-offset-2">
        <table aria-label={label} className={cn('w-full whitespace-nowrap', cards && 'max-md:block')}>
          <thead className={cn(cards && 'max-md:sr-only')}>
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
                  {column.actions ? <span className="sr-only">{column.header}</span> : column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className={cn(cards && 'max-md:block')}>
            {rows.map((row) => (
              <tr
                key={rowKey(row)}
                className={cn(
                  'h-[calc(32px+var(--row-more))] border-line border-t hover:bg-hover',
                  cards && 'max-md:block max-md:h-auto max-md:py-2',
                )}
              >
                {columns.map((column) => (
                  <Cell key={column.id} column={column} row={row} card={cards} />
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

interface CellProps<Row> {
  readonly column: PlainColumn<Row>
  readonly row: Row
  /** On small screens a line of a card: the first has no header, it names the row. */
  readonly card: boolean
}

function Cell<Row>({ column: { header, cell, align, actions, className }, row, card }: CellProps<Row>) {
  const shown = cell(row)
  const isEmpty = shown === undefined || shown === null || shown === false || shown === ''
  return (
    <td
      className={cn(
        'px-2 first:pl-3 last:pr-3',
        (actions || align === 'right') && 'text-right',
        className,
        card &&
          'group max-md:flex max-md:min-h-7 max-md:items-baseline max-md:gap-2 max-md:whitespace-normal max-md:px-3 max-md:text-left max-md:[overflow-wrap:anywhere] max-md:first:font-semibold',
        card && isEmpty && 'max-md:hidden',
      )}
    >
      {card ? (
        <>
          {!actions && (
            <span aria-hidden className="w-28 shrink-0 text-fg-3 text-small group-first:hidden md:hidden">
              {header}
            </span>
          )}
          <span className={cn('min-w-0 max-md:flex-1', actions && 'max-md:-ml-2')}>{shown}</span>
        </>
      ) : (
        shown
      )}
    </td>
  )
}
