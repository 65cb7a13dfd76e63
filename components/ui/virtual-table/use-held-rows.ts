import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type HeldRows, RowHold } from '@/lib/model/list/row-hold'
import type { RowList } from '@/lib/model/list/row-list'

interface HeldRowsOptions<Row> {
  /** The rows in the order that they are shown in when nothing holds. */
  readonly found: RowList<Row>
  /** The list that `found` is a part of. */
  readonly all: RowList<Row>
  readonly rowKey: (row: Row) => string
  readonly holding: boolean
  /** What the reader asked for: rows of another question are shown at once. */
  readonly asked: string
}

interface Hold<Row> {
  readonly rows: RowHold<Row>
  readonly asked: string
}

interface ShownRows<Row> extends HeldRows<Row> {
  /** Another one for each hold; undefined while nothing holds. */
  readonly hold: object | undefined
  /** Shows the rows that wait, and holds again. */
  readonly takeIn: () => void
}

const NONE: ReadonlySet<string> = new Set()

/** The rows of a live list, in the places that they had on the screen when `holding` began. */
export function useHeldRows<Row>({ found, all, rowKey, holding, asked }: HeldRowsOptions<Row>): ShownRows<Row> {
  const [hold, setHold] = useState<Hold<Row>>()
  const onScreen = useRef<{ readonly found: RowList<Row>; readonly all: RowList<Row>; readonly asked: string }>(
    undefined,
  )
  // Set while rendering, so that no other order is painted in between.
  if (!holding && hold) setHold(undefined)
  if (holding && hold?.asked !== asked) {
    const seen = onScreen.current?.asked === asked ? onScreen.current : { found, all }
    setHold({ rows: new RowHold(seen.found, seen.all, rowKey), asked })
  }
  useLayoutEffect(() => {
    onScreen.current = { found, all, asked }
  }, [found, all, asked])
  const takeIn = useCallback(() => {
    const { current } = onScreen
    if (current) setHold({ rows: new RowHold(current.found, current.all, rowKey), asked: current.asked })
  }, [rowKey])
  const holds = holding ? hold : undefined
  const held = useMemo(
    () => holds?.rows.of(found, all) ?? { rows: found.rows, gone: NONE, unmatched: NONE, waiting: 0 },
    [holds, found, all],
  )
  return { ...held, hold: holds, takeIn }
}
