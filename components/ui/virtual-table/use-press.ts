import { type MouseEvent, type PointerEvent, useRef } from 'react'

/** What a press was on. */
interface Press {
  readonly shiftKey: boolean
  /** A button, link or input in the row, which has an action of its own. */
  readonly onControl: boolean
}

interface PressOptions<Row> {
  readonly rowAt: (key: string) => Row | undefined
  readonly onPress: (row: Row, press: Press) => void
}

/** A pointer that moved further than this between down and up was dragged, px. */
const DRAGGED = 8

/**
 * Handlers of the element around the rows, which carry their key in `data-row`. A press belongs to the row that was under the pointer at
 * pointerdown, even if another row is there at pointerup.
 */
export function usePress<Row>({ rowAt, onPress }: PressOptions<Row>) {
  const down = useRef<{
    readonly target: Element
    readonly row: Row | undefined
    readonly x: number
    readonly y: number
  }>(undefined)
  const rowOf = (target: Element): Row | undefined => {
    const key = target.closest<HTMLElement>('[data-row]')?.dataset.row
    return key === undefined ? undefined : rowAt(key)
  }
  return {
    onPointerDown: ({ target, clientX, clientY }: PointerEvent) => {
      if (target instanceof Element) down.current = { target, row: rowOf(target), x: clientX, y: clientY }
    },
    onClick: ({ target, clientX, clientY, shiftKey, detail }: MouseEvent) => {
      // A keyboard click has no pointerdown before it.
      const began = detail === 0 ? undefined : down.current
      down.current = undefined
      if (!(target instanceof Element)) return
      if (began && Math.hypot(clientX - began.x, clientY - began.y) > DRAGGED) return
      const pressed = began?.target ?? target
      const row = began ? began.row : rowOf(target)
      if (row) onPress(row, { shiftKey, onControl: pressed.closest('button, a, input, label') !== null })
    },
  }
}
