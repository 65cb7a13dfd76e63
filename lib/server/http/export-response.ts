import 'server-only'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { MOST_EXPORTED_ROWS } from '@/lib/api/contract/exports'
import {
  type ExportColumns,
  type ExportFormat,
  type ExportSize,
  exportHead,
  exportRows,
  incompleteLine,
} from '@/lib/model/export/export-table'
import { knownError } from '../errors'
import { log } from '../log'
import type { ExportPages } from '../operations/exports'
import { downloadStream } from './download'

/** How long one export may take, ms. */
const MOST_MS = 10 * 60_000
/** How long rows are counted, ms. */
const COUNT_MS = 1500

/** How many rows it has, as far as they can be counted in a moment. */
export async function exportSize(pages: ExportPages<unknown>, countMs = COUNT_MS): Promise<ExportSize> {
  const start = steadyMs()
  let rows = 0
  try {
    for (;;) {
      const { value, done } = await pages.next()
      if (done) return { rows, more: false }
      rows += value.length
      if (rows >= MOST_EXPORTED_ROWS || steadyMs() - start >= countMs) return { rows, more: true }
      await new Promise(setImmediate)
    }
  } finally {
    await pages.return(undefined)
  }
}

interface ExportFile<Row> {
  /** `executions`. */
  readonly name: string
  readonly format: ExportFormat
  readonly columns: ExportColumns<Row>
  readonly pages: ExportPages<Row>
}

interface ExportBounds {
  readonly rows: number
  readonly ms: number
}

const BOUNDS: ExportBounds = { rows: MOST_EXPORTED_ROWS, ms: MOST_MS }

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
}

/**
 * An export as a download: one page is in memory. What fails before the first row is an error of the request.
 * @param isAllowed whether the client may still have it. @throws what `pages` throws
 */
export async function exportResponse<Row>(
  file: ExportFile<Row>,
  headers: Headers,
  isAllowed: () => boolean,
  bounds = BOUNDS,
): Promise<Response> {
  const first = await file.pages.next()
  headers.set('content-type', TYPES[file.format])
  headers.set('content-disposition', `attachment; filename="${file.name}.${file.format}"`)
  return new Response(downloadStream(piecesOf(file, first, bounds), isAllowed), { headers })
}

async function* piecesOf<Row>(
  { name, format, columns, pages }: ExportFile<Row>,
  first: IteratorResult<readonly Row[], string | undefined>,
  bounds: ExportBounds,
): AsyncGenerator<Uint8Array, undefined> {
  const start = steadyMs()
  let rows = 0
  let missing: string | undefined
  try {
    yield Buffer.from(exportHead(columns, format))
    for (let page = first; ; page = await pages.next()) {
      if (page.done) {
        missing = page.value
        break
      }
      const taken = page.value.slice(0, bounds.rows - rows)
      if (taken.length > 0) yield Buffer.from(exportRows(columns, format, taken))
      rows += taken.length
      if (taken.length < page.value.length) missing = `one export has at most ${formatCount(bounds.rows)} rows.`
      else if (steadyMs() - start >= bounds.ms) missing = `it took longer than ${bounds.ms / 60_000} min.`
      if (missing !== undefined) break
    }
  } catch (error) {
    const known = knownError(error)
    if (!known) log.error({ err: error, name }, 'an export failed')
    missing = known?.message ?? 'an internal error in Gearboard; see its log.'
  } finally {
    await pages.return(undefined)
  }
  if (missing !== undefined) yield Buffer.from(incompleteLine(format, rows, missing))
}
