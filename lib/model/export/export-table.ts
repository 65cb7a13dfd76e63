import { plural } from '@gearboard/gears/vocabulary/text'
import { type CsvCell, csvLine } from '../text/csv'

/** `jsonl`: one JSON object a line. */
export const EXPORT_FORMATS = ['csv', 'jsonl'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** The cells of a row, by the name of their column. */
export type ExportColumns<Row> = readonly (readonly [name: string, cell: (row: Row) => CsvCell])[]

/** How many rows an export would have; the count is bounded in time. */
export interface ExportSize {
  readonly rows: number
  /** There are more than that. */
  readonly more: boolean
}

/** UTC. */
export const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

/** What comes before the rows. */
export const exportHead = <Row>(columns: ExportColumns<Row>, format: ExportFormat): string =>
  format === 'csv' ? csvLine(columns.map(([name]) => name)) : ''

/** Of JSON lines each is the row itself, of CSV its cells. */
export function exportRows<Row>(columns: ExportColumns<Row>, format: ExportFormat, rows: readonly Row[]): string {
  let text = ''
  for (const row of rows)
    text += format === 'csv' ? csvLine(columns.map(([, cell]) => cell(row))) : `${JSON.stringify(row)}\n`
  return text
}

const INCOMPLETE = 'Export incomplete'

/** The last line of an export that lacks something; `why` is a sentence. */
export function incompleteLine(format: ExportFormat, rows: number, why: string): string {
  const words = `${INCOMPLETE}, ${plural(rows, 'row')}: ${why}`
  return format === 'csv' ? csvLine([`# ${words}`]) : `${JSON.stringify({ exportIncomplete: words })}\n`
}

/** Counts the rows of an export as it arrives, and finds out whether it says that it lacks something. */
export class ExportReader {
  private lines = 0
  private lastLine = ''
  /** The line that is not complete yet. */
  private rest = ''

  constructor(private readonly format: ExportFormat) {}

  /** @param piece the next piece, cut anywhere */
  read(piece: string): void {
    const text = this.rest + piece
    let start = 0
    let quoted = false
    for (const { 0: mark, index } of text.matchAll(this.format === 'csv' ? /["\n]/g : /\n/g)) {
      if (mark === '"') quoted = !quoted
      if (mark === '"' || quoted) continue
      this.lines++
      this.lastLine = text.slice(start, index)
      start = index + 1
    }
    this.rest = text.slice(start)
  }

  get rows(): number {
    return Math.max(0, this.lines - (this.format === 'csv' ? 1 : 0) - (this.incomplete === undefined ? 0 : 1))
  }

  /** What it says that it lacks; undefined where it is complete. */
  get incomplete(): string | undefined {
    const at = this.lastLine.indexOf(INCOMPLETE)
    const begins = this.format === 'csv' ? /^"?# $/ : /^\{"exportIncomplete":"$/
    if (at < 0 || !begins.test(this.lastLine.slice(0, at))) return undefined
    return this.lastLine
      .slice(at)
      .replace(/"?\}?\r?$/, '')
      .replace(/\\"|""/g, '"')
  }
}
