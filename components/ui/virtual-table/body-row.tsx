import { FlexRender, type RowData, type Row as TableRow } from '@tanstack/react-table'
import type { CSSProperties, ReactNode } from 'react'
import { Badge } from '../badge'
import { Checkbox } from '../checkbox'
import { cn } from '../cn'
import type { Features } from './columns'

interface BodyRowProps<Row extends RowData> {
  readonly id: string
  readonly rowKey: string
  /** Of all rows, header not counted. */
  readonly index: number
  readonly row: TableRow<Features, Row>
  readonly secondLine: ReactNode
  /** What became of a row that is not in the list any more; it stays while rows hold. */
  readonly mark: string | undefined
  readonly active: boolean
  /** Beside the content of the column `hintIn`. */
  readonly hint: ReactNode
  readonly hintIn: string | undefined
  readonly open: boolean
  /** Undefined where rows cannot be selected. */
  readonly selection?: { readonly label: string; readonly checked: boolean; readonly toggle: (range: boolean) => void }
  readonly pressable: boolean
  readonly style: CSSProperties
}

export function BodyRow<Row extends RowData>({
  id,
  rowKey,
  index,
  row,
  secondLine,
  mark,
  active,
  hint,
  hintIn,
  open,
  selection,
  pressable,
  style,
}: BodyRowProps<Row>) {
  const cells = row.getVisibleCells()
  const tinted = open || selection?.checked
  return (
    <tr
      id={id}
      data-row={rowKey}
      aria-rowindex={index + 2}
      aria-selected={selection ? selection.checked : open || undefined}
      className={cn(
        'absolute inset-x-0 top-0 grid content-start border-line border-b px-3 hover:bg-hover',
        pressable && 'cursor-pointer',
        mark !== undefined && 'bg-canvas text-fg-3',
        tinted && 'bg-accent-tint hover:bg-accent-tint',
        active &&
          'group-focus-visible:outline-2 group-focus-visible:outline-accent group-focus-visible:-outline-offset-2',
      )}
      style={style}
    >
      {selection && (
        <td className="flex items-center">
          <Checkbox
            aria-label={selection.label}
            checked={selection.checked}
            onClick={(event) => selection.toggle(event.shiftKey)}
          />
        </td>
      )}
      {cells.map((cell, at) => (
        <td
          key={cell.id}
          className={cn(
            'flex min-w-0 items-center gap-1.5 overflow-hidden whitespace-nowrap px-2',
            cell.column.columnDef.meta?.align === 'right' && 'justify-end',
            hint !== undefined && cell.column.id === hintIn && '@container',
          )}
        >
          <FlexRender cell={cell} />
          {cell.column.id === hintIn && hint}
          {/* Beside the row's own cells, whatever columns there are. */}
          {mark !== undefined && at === cells.length - 1 && <Badge className="absolute top-1 right-2">{mark}</Badge>}
        </td>
      ))}
      {secondLine !== undefined && (
        <td
          colSpan={cells.length}
          className={cn('-mt-1 h-5.5 truncate px-2 text-fg-2 text-small', selection ? 'col-[3/-1]' : 'col-[2/-1]')}
        >
          {secondLine}
        </td>
      )}
    </tr>
  )
}
