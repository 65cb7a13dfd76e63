'use client'

import type { Column, RowData } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { Checkbox } from '../checkbox'
import { cn } from '../cn'
import { isTyping } from '../typing'
import { useHolding } from '../use-holding'
import { usePageKeys } from '../use-page-keys'
import { useWidth } from '../use-width'
import { BodyRow } from './body-row'
import { type Features, roomiest } from './columns'
import { HeaderRow } from './header-row'
import { RowHint } from './row-hint'
import { shortcutFor } from './row-shortcuts'
import { toggleSelection } from './selection'
import { TableFooter } from './table-footer'
import type { VirtualTableProps } from './types'
import { useHeldRows } from './use-held-rows'
import { usePress } from './use-press'
import { usePrinting } from './use-printing'
import { useRowLines } from './use-row-lines'
import { useRowTable } from './use-row-table'
import { useSorted } from './use-sorted'

const HEADER = 28
const OVERSCAN = 8
/** Rows before and after those in view that are printed with them. */
const PRINTED = 300
const SECOND_LINE = 22
const GROUP_LINE = 30

/**
 * A table that stays smooth at 100,000 rows and does not move while the user reads. It has a sticky header, sorting, selection (Space or x,
 * Shift for a range), arrows, Home, End, Page keys, j and k from anywhere on the page, Enter to open a row, and the page's own keys. Fills the height it is given; columns that do not fit scroll sideways.
 */
export function VirtualTable<Row extends RowData>({
  label,
  list,
  all = list,
  asked = '',
  goneWord = 'gone',
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
  shortcuts,
  sort,
  onSortChange,
  onEnd,
  empty,
  footer,
  className,
}: VirtualTableProps<Row>) {
  const id = useId()
  const printing = usePrinting()
  const scroller = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLTableElement>(null)
  const width = useWidth(scroller)
  const [scrolled, setScrolled] = useState(false)
  const [activeKey, setActiveKey] = useState<string>()
  const anchor = useRef<string>(undefined)

  const groupOf = groups?.nameOf
  const found = useSorted(list, columns, sort, groupOf)
  const { area, holding: held } = useHolding()
  const {
    rows: shown,
    waiting,
    gone,
    unmatched,
    hold,
    takeIn,
  } = useHeldRows({
    found,
    all,
    rowKey,
    holding: held || scrolled || (selected?.size ?? 0) > 0,
    asked: JSON.stringify([asked, sort, groups?.id]),
  })
  const { tall, runs } = useRowLines({ rows: shown, secondLine, groupOf, hold })
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

  const allOfThem = useMemo(() => allChecked(shown, rowKey, selected), [shown, rowKey, selected])
  const selection = selected && onSelectedChange ? { selected, set: onSelectedChange } : undefined
  const template = gridTemplate(table.getVisibleLeafColumns(), selection !== undefined)
  const printed: CSSProperties & Record<'--printed-columns', string> = {
    '--printed-columns': `repeat(${table.getVisibleLeafColumns().length + (selection ? 1 : 0)}, auto)`,
  }
  const activeIndex = useMemo(
    () => (activeKey === undefined ? -1 : shown.findIndex((row) => rowKey(row) === activeKey)),
    [shown, rowKey, activeKey],
  )

  const toggle = (key: string, range: boolean) => {
    selection?.set(toggleSelection(selection.selected, shown.map(rowKey), key, range ? anchor.current : undefined))
    anchor.current = key
  }
  const moveTo = (index: number) => {
    const target = Math.max(0, Math.min(shown.length - 1, index))
    const row = shown[target]
    setActiveKey(row && rowKey(row))
    virtualizer.scrollToIndex(target)
  }
  const activeRow = activeKey === undefined || gone.has(activeKey) ? undefined : shown[activeIndex]
  /** What the keys of the page act on. */
  const meant = (): readonly Row[] =>
    selected && selected.size > 0
      ? shown.filter((row) => selected.has(rowKey(row)) && !gone.has(rowKey(row)))
      : activeRow === undefined
        ? []
        : [activeRow]
  const onKeyDown = (event: KeyboardEvent) => {
    if (isTyping(event.target)) return
    const shortcut = shortcuts && shortcutFor(shortcuts, event, meant())
    if (shortcut) {
      event.preventDefault()
      shortcut.act(meant())
      return
    }
    // Leave the other keys to a button or link inside a row when it has the focus.
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const moves: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: shown.length - 1,
    }
    const move = moves[event.key]
    const row = shown[activeIndex]
    if (move !== undefined) moveTo(move)
    else if (event.key === 'Enter' && row !== undefined) onOpen?.(row)
    else if (isSelecting(event) && row !== undefined) toggle(rowKey(row), event.shiftKey)
    else if (event.key === 'Escape' && selection && selection.selected.size > 0) selection.set(new Set())
    else return
    event.preventDefault()
  }
  const pressHandlers = usePress<Row>({
    rowAt: (key) => inView.find((row) => rowKey(row) === key),
    onPress: (row, { shiftKey, onControl }) => {
      setActiveKey(rowKey(row))
      if (onControl) return
      if (shiftKey) toggle(rowKey(row), true)
      else onOpen?.(row)
    },
  })
  const showNew = () => {
    // What left is not shown any more: it must not stay selected out of sight.
    if (selection)
      selection.set(new Set([...selection.selected].filter((key) => !gone.has(key) && !unmatched.has(key))))
    takeIn()
    virtualizer.scrollToOffset(0)
  }
  const step = (by: 1 | -1) => {
    const table = grid.current
    // The first table of a page takes these keys.
    if (!table || table !== document.querySelector('[role="grid"]')) return
    if (document.activeElement !== table) table.focus({ preventScroll: true })
    moveTo(activeIndex + by)
  }
  usePageKeys({ '.': waiting > 0 ? showNew : undefined, j: () => step(1), k: () => step(-1) })

  // With a selection the keys mean its rows: the footer shows what can be done to them.
  const hinted = selected && selected.size > 0 ? undefined : activeRow
  const hints = useMemo(
    () =>
      hinted === undefined || !shortcuts ? undefined : (
        <RowHint hints={[SELECT_HINT, ...shortcuts.filter(({ fits }) => fits([hinted]))]} />
      ),
    [hinted, shortcuts],
  )
  const hintIn = roomiest(columns)

  return (
    <div ref={area} className={cn('relative flex min-h-0 flex-col overflow-hidden', className)}>
      <div
        ref={scroller}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop > 0)}
        className="min-h-0 flex-1 overflow-auto"
      >
        <table
          ref={grid}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that one moves through with the arrows
          role="grid"
          aria-label={label}
          aria-rowcount={shown.length + 1}
          aria-keyshortcuts={shortcuts?.map(({ key }) => key).join(' ')}
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
                    onCheckedChange={(on) => selection.set(new Set(on === true ? shown.map(rowKey) : []))}
                  />
                )
              }
            />
          </thead>
          <tbody {...pressHandlers} className="relative block" style={{ height: virtualizer.getTotalSize() }}>
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
                      {groups.heading(run.name, shown.slice(item.index, item.index + run.rows.length))}
                    </th>
                  </tr>
                ),
                <BodyRow
                  key={key}
                  id={`${id}-${key}`}
                  rowKey={key}
                  index={item.index}
                  row={row}
                  secondLine={tall.has(item.index) ? secondLine?.(original) : undefined}
                  mark={gone.has(key) ? goneWord : unmatched.has(key) ? 'no longer matches' : undefined}
                  active={key === activeKey}
                  hint={key === activeKey ? hints : undefined}
                  hintIn={hintIn}
                  open={key === openKey}
                  selection={
                    selection && {
                      label: selectLabel?.(original) ?? `Select ${key}`,
                      checked: selection.selected.has(key),
                      toggle: (range) => toggle(key, range),
                    }
                  }
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
      {(footer || waiting > 0) && (
        <TableFooter waiting={waiting} onTakeIn={showNew}>
          {footer}
        </TableFooter>
      )}
    </div>
  )
}

const SELECT_HINT = { key: 'x', verb: 'select' }

const isSelecting = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  key === ' ' || (key.toLowerCase() === 'x' && !ctrlKey && !metaKey && !altKey)

function gridTemplate<Row extends RowData>(columns: readonly Column<Features, Row>[], selectable: boolean): string {
  const tracks = columns.map((column) => column.columnDef.meta?.track ?? `${column.getSize()}px`)
  return (selectable ? ['26px', ...tracks] : tracks).join(' ')
}

function allChecked<Row>(
  rows: readonly Row[],
  rowKey: (row: Row) => string,
  selected: ReadonlySet<string> | undefined,
): boolean | 'indeterminate' {
  if (selected === undefined || selected.size === 0 || rows.length === 0) return false
  if (selected.size < rows.length) return 'indeterminate'
  return rows.every((row) => selected.has(rowKey(row))) ? true : 'indeterminate'
}
