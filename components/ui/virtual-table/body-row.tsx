import { FlexRender, type RowData, type Row as TableRow } from '@tanstack/react-table'
import type { CSSProperties, MouseEvent, ReactNode } from 'react'
import { Checkbox } from '../checkbox'
import { cn } from '../cn'
import type { Features } from './columns'

interface BodyRowProps<Row extends RowData> {
  readonly id: string
  /** Of all rows, header not counted. */
  readonly index: number
  readonly row: TableRow<Features, Row>
  readonly secondLine: ReactNode
  readonly active: boolean
  readonly open: boolean
  /** Undefined where rows cannot be selected. */
  readonly selection?: { readonly label: string; readonly checked: boolean; readonly toggle: (range: boolean) => void }
  readonly onPress: (event: MouseEvent) => void
  readonly pressable: boolean
  readonly style: CSSProperties
}

export function BodyRow<Row extends RowData>({
  id,
  index,
  row,
  secondLine,
  active,
  open,
  selection,
  onPress,
  pressable,
  style,
}: BodyRowProps<Row>) {
  const cells = row.getVisibleCells()
  const tinted = open || selection?.checked
  return (
    <tr
      id={id}
      aria-rowindex={index + 2}
      aria-selected={selection ? selection.checked : open || undefined}
      onClick={onPress}
      className={cn(
        'absolute inset-x-0 top-0 grid content-start border-line border-b px-3 hover:bg-hover',
        pressable && 'cursor-pointer',
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
      {cells.map((cell) => (
        <td
          key={cell.id}
          className={cn(
            'flex min-w-0 items-center gap-1.5 overflow-hidden whitespace-nowrap px-2',
            cell.column.columnDef.meta?.align === 'right' && 'justify-end',
          )}
        >
          <FlexRender cell={cell} />
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
