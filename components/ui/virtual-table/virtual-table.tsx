'use client'

import type { Column, RowData } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowUp } from 'lucide-react'
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Button } from '../button'
import { Checkbox } from '../checkbox'
import { cn } from '../cn'
import { useWidth } from '../use-width'
import { BodyRow } from './body-row'
import type { Features } from './columns'
import { groupedRows, groupRuns } from './grouped-rows'
import { HeaderRow } from './header-row'
import { toggleSelection } from './selection'
import { SortMemory, sortRows } from './sort-rows'
import type { VirtualTableProps } from './types'
import { useHeldRows } from './use-held-rows'
import { usePrinting } from './use-printing'
import { useRowTable } from './use-row-table'

const HEADER = 28
const OVERSCAN = 8
/** Rows before and after those in view that are printed with them. */
const PRINTED = 300
const SECOND_LINE = 22
const GROUP_LINE = 30

/**
 * A table that stays smooth at 100,000 rows and does not move while the user reads. It has a sticky header, sorting, selection (Space, Shift
 * for a range), arrows, Home, End, Page keys, and Enter to open a row. Fills the height it is given; columns that do not fit scroll sideways.
 */
export function VirtualTable<Row extends RowData>({
  label,
  rows,
  columns,
  rowKey,
  rowHeight = 32,
  secondLine,
  groups,
  onOpen,
  openKey,
  selected,
  onSelectedChange,
  selectLabel,
  sort,
  onSortChange,
  hold = true,
  onEnd,
  empty,
  footer,
  className,
}: VirtualTableProps<Row>) {
  const id = useId()
  const printing = usePrinting()
  const scroller = useRef<HTMLDivElement>(null)
  const width = useWidth(scroller)
  const [scrolled, setScrolled] = useState(false)
  const [activeKey, setActiveKey] = useState<string>()
  const anchor = useRef<string>(undefined)

  const memory = useMemo(() => new SortMemory(rowKey), [rowKey])
  const nameOf = groups?.nameOf
  const sorted = useMemo(
    () => groupedRows(sortRows(rows, columns, sort, memory), nameOf),
    [rows, columns, sort, memory, nameOf],
  )
  const holding = hold && (scrolled || (selected?.size ?? 0) > 0)
  const { rows: shown, waiting, release } = useHeldRows(rows, sorted, rowKey, holding)
  const keys = useMemo(() => shown.map(rowKey), [shown, rowKey])

  const tall = useMemo(() => tallRows(shown, secondLine), [shown, secondLine])
  const runs = useMemo(() => groupRuns(shown, nameOf), [shown, nameOf])
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => rowHeight + (tall.has(index) ? SECOND_LINE : 0) + (runs.has(index) ? GROUP_LINE : 0),
    overscan: printing ? PRINTED : OVERSCAN,
    scrollPaddingStart: HEADER,
  })
  // Measure again only when a row gains, loses or moves a second line or a group heading, not with every delta.
  const linePlaces = useMemo(() => `${[...tall]} ${[...runs.keys()]}`, [tall, runs])
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are what the estimate reads
  useEffect(() => virtualizer.measure(), [virtualizer, linePlaces, rowHeight])

  const items = virtualizer.getVirtualItems()
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? -1]
  const atEnd = last >= shown.length - 1
  useEffect(() => {
    if (atEnd) onEnd?.()
  }, [atEnd, onEnd])
  const inView = useMemo(() => shown.slice(first, last + 1), [shown, first, last])
  const table = useRowTable({ columns, rows: inView, rowKey, sort, onSortChange, width })
  const tableRows = table.getRowModel().rows

  const allOfThem = useMemo(() => allChecked(keys, selected), [keys, selected])
  const selection = selected && onSelectedChange ? { selected, set: onSelectedChange } : undefined
  const template = gridTemplate(table.getVisibleLeafColumns(), selection !== undefined)
  const printed: CSSProperties & Record<'--printed-columns', string> = {
    '--printed-columns': `repeat(${table.getVisibleLeafColumns().length + (selection ? 1 : 0)}, auto)`,
  }
  const activeIndex = activeKey === undefined ? -1 : keys.indexOf(activeKey)

  const toggle = (key: string, range: boolean) => {
    selection?.set(toggleSelection(selection.selected, keys, key, range ? anchor.current : undefined))
    anchor.current = key
  }
  const moveTo = (index: number) => {
    const target = Math.max(0, Math.min(keys.length - 1, index))
    setActiveKey(keys[target])
    virtualizer.scrollToIndex(target)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // Leave keys to a button or link inside a row when it has the focus.
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const moves: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: keys.length - 1,
    }
    const move = moves[event.key]
    const row = shown[activeIndex]
    if (move !== undefined) moveTo(move)
    else if (event.key === 'Enter' && row !== undefined) onOpen?.(row)
    else if (event.key === ' ' && row !== undefined) toggle(rowKey(row), event.shiftKey)
    else if (event.key === 'Escape' && selection && selection.selected.size > 0) selection.set(new Set())
    else return
    event.preventDefault()
  }
  const press = (event: MouseEvent, row: Row) => {
    setActiveKey(rowKey(row))
    if (event.target instanceof Element && event.target.closest('button, a, input, label')) return
    if (event.shiftKey) toggle(rowKey(row), true)
    else onOpen?.(row)
  }

  return (
    <div className={cn('relative flex min-h-0 flex-col overflow-hidden', className)}>
      {waiting > 0 && (
        <div className="pointer-events-none absolute inset-x-0 top-9 z-20 flex justify-center">
          <Button
            size="row"
            icon={ArrowUp}
            className="pointer-events-auto bg-raised"
            onClick={() => {
              release()
              virtualizer.scrollToOffset(0)
            }}
          >
            {waiting.toLocaleString('en')} new
          </Button>
        </div>
      )}
      <div
        ref={scroller}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop > 0)}
        className="min-h-0 flex-1 overflow-auto"
      >
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that one moves through with the arrows
          role="grid"
          aria-label={label}
          aria-rowcount={shown.length + 1}
          aria-multiselectable={selection !== undefined || undefined}
          aria-activedescendant={activeIndex >= 0 ? `${id}-${activeKey}` : undefined}
          tabIndex={0}
          onKeyDown={onKeyDown}
          className="group block min-w-fit -outline-offset-2"
          style={printed}
        >
          <thead className="sticky top-0 z-10 block">
            <HeaderRow
              headers={table.getLeafHeaders()}
              template={template}
              lead={
                selection && (
                  <Checkbox
                    aria-label={`Select all ${shown.length.toLocaleString('en')}`}
                    checked={allOfThem}
                    onCheckedChange={(on) => selection.set(on === true ? new Set(keys) : new Set())}
                  />
                )
              }
            />
          </thead>
          <tbody className="relative block" style={{ height: virtualizer.getTotalSize() }}>
            {/* One flat list: React would key nested lists by position and rebuild every row while scrolling. */}
            {items.flatMap((item, at) => {
              const row = tableRows[at]
              if (row === undefined) return []
              const { id: key, original } = row
              const run = runs.get(item.index)
              const headed = run ? GROUP_LINE : 0
              return [
                run && groups && (
                  <tr
                    key={`group ${key}`}
                    className="absolute inset-x-0 top-0 flex border-line border-b bg-canvas"
                    style={{ height: GROUP_LINE, transform: `translateY(${item.start}px)` }}
                  >
                    <th
                      scope="rowgroup"
                      className="flex min-w-0 flex-1 items-center gap-2 px-3 text-left font-normal text-small"
                    >
                      {groups.heading(run.name, run.rows)}
                    </th>
                  </tr>
                ),
                <BodyRow
                  key={key}
                  id={`${id}-${key}`}
                  index={item.index}
                  row={row}
                  secondLine={secondLine?.(original)}
                  active={key === activeKey}
                  open={key === openKey}
                  selection={
                    selection && {
                      label: selectLabel?.(original) ?? `Select ${key}`,
                      checked: selection.selected.has(key),
                      toggle: (range) => toggle(key, range),
                    }
                  }
                  onPress={(event) => press(event, original)}
                  pressable={onOpen !== undefined}
                  style={{
                    gridTemplateColumns: template,
                    gridAutoRows: `${rowHeight - 1}px`,
                    height: item.size - headed,
                    transform: `translateY(${item.start + headed}px)`,
                  }}
                />,
              ]
            })}
          </tbody>
        </table>
        {shown.length === 0 && empty}
        {inView.length < shown.length && (
          <p className="hidden px-3 py-1 text-fg-2 text-small print:block">
            Rows {(first + 1).toLocaleString('en')} to {(last + 1).toLocaleString('en')} of{' '}
            {shown.length.toLocaleString('en')}
          </p>
        )}
      </div>
      {footer && (
        <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-2 border-line border-t px-3 py-1 text-fg-3 text-small">
          {footer}
        </div>
      )}
    </div>
  )
}

/** The places of the rows that have a second line. */
function tallRows<Row>(
  rows: readonly Row[],
  secondLine: ((row: Row) => ReactNode | undefined) | undefined,
): Set<number> {
  const tall = new Set<number>()
  if (secondLine) {
    rows.forEach((row, at) => {
      if (secondLine(row) !== undefined) tall.add(at)
    })
  }
  return tall
}

function gridTemplate<Row extends RowData>(columns: readonly Column<Features, Row>[], selectable: boolean): string {
  const tracks = columns.map((column) => column.columnDef.meta?.track ?? `${column.getSize()}px`)
  return (selectable ? ['26px', ...tracks] : tracks).join(' ')
}

function allChecked(keys: readonly string[], selected: ReadonlySet<string> | undefined): boolean | 'indeterminate' {
  if (selected === undefined || selected.size === 0 || keys.length === 0) return false
  if (selected.size < keys.length) return 'indeterminate'
  return keys.every((key) => selected.has(key)) ? true : 'indeterminate'
}
