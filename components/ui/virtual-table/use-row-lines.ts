import { type ReactNode, useMemo, useState } from 'react'
import { groupRuns } from './group-runs'

/** What a row has beside its own line, by its place. */
interface RowLines<Row> {
  readonly length: number
  /** The places of the rows with a second line. */
  readonly tall: ReadonlySet<number>
  /** The runs of rows that have a heading above them. */
  readonly runs: ReturnType<typeof groupRuns<Row>>
}

interface RowLinesOptions<Row> {
  readonly rows: readonly Row[]
  readonly secondLine: ((row: Row) => ReactNode | undefined) | undefined
  readonly groupOf: ((row: Row) => string) | undefined
  /** While it is the same object, rows keep their lines: an added or removed line would move the rows below. */
  readonly hold: object | undefined
}

export function useRowLines<Row>({ rows, secondLine, groupOf, hold }: RowLinesOptions<Row>): RowLines<Row> {
  const now = useMemo(
    () => ({ length: rows.length, tall: tallRows(rows, secondLine), runs: groupRuns(rows, groupOf) }),
    [rows, secondLine, groupOf],
  )
  const [first, setFirst] = useState<{ readonly hold: object; readonly lines: RowLines<Row> }>()
  if (first?.hold !== hold) setFirst(hold && { hold, lines: now })
  const held = hold && first?.hold === hold ? first.lines : undefined
  return useMemo(() => (held ? heldLines(held, now) : now), [held, now])
}

/** Those of the first, and of the rows that joined behind them. */
function heldLines<Row>(first: RowLines<Row>, now: RowLines<Row>): RowLines<Row> {
  if (now.length === first.length) return first
  return {
    length: now.length,
    tall: new Set([...first.tall, ...[...now.tall].filter((at) => at >= first.length)]),
    runs: new Map([...first.runs, ...[...now.runs].filter(([at]) => at >= first.length)]),
  }
}

function tallRows<Row>(
  rows: readonly Row[],
  secondLine: ((row: Row) => ReactNode | undefined) | undefined,
): ReadonlySet<number> {
  const tall = new Set<number>()
  if (secondLine) {
    rows.forEach((row, at) => {
      if (secondLine(row) !== undefined) tall.add(at)
    })
  }
  return tall
}
