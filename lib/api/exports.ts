import { type ExportFormat, ExportReader, type ExportSize } from '@/lib/model/export/export-table'
import { ApiError, failureOf, urlOf } from './call'
import type { Contract } from './contract'
import { checkedQuery, type EndpointQuery, type Given } from './query'
import { routes } from './routes'

export type ExportName = {
  [Name in keyof Contract]: Name extends `export${string}` ? Name : never
}[keyof Contract]

/** An export that the server streams: how many rows it has, and where it is in a format. */
export interface ServerExport {
  readonly size: EndpointQuery<ExportSize>
  readonly urlIn: (format: ExportFormat) => string
}

/** The export of a list, for a connection, a range and a filter. */
export function serverExport<Name extends ExportName>(name: Name, ...[parameters]: Given<Name, 'format'>): ServerExport
export function serverExport(
  name: ExportName,
  parameters: Readonly<Record<string, unknown>> = {},
): { readonly size: EndpointQuery<unknown>; readonly urlIn: ServerExport['urlIn'] } {
  const { connection, ...query } = parameters
  const asked = { connection: String(connection) }
  return {
    size: checkedQuery(name, parameters),
    urlIn: (format) => urlOf(routes[name].path, asked, { ...query, format }),
  }
}

/** What arrived of an export. */
export interface ReceivedExport {
  readonly pieces: readonly BlobPart[]
  readonly rows: number
  /** What the export says that it lacks; undefined where it is complete. */
  readonly incomplete: string | undefined
}

/**
 * Reads an export to its end. @param progress is called with the rows so far
 * @throws ApiError, or the signal's reason when the caller gave up
 */
export async function readExport(
  url: string,
  format: ExportFormat,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (rows: number) => void },
): Promise<ReceivedExport> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  const reader = new ExportReader(format)
  const decoder = new TextDecoder()
  try {
    const response = await fetch(url, { signal, cache: 'no-store' })
    if (!response.ok) throw failureOf(response.status, await response.json().catch(() => undefined))
    const body = response.body?.getReader()
    for (;;) {
      const next = await body?.read()
      if (!next || next.done) break
      pieces.push(next.value)
      reader.read(decoder.decode(next.value, { stream: true }))
      progress(reader.rows)
    }
  } catch (error) {
    if (error instanceof ApiError || signal.aborted) throw error
    throw new ApiError('unreachable', `Gearboard stopped answering after ${reader.rows} rows. Nothing was saved.`)
  }
  return { pieces, rows: reader.rows, incomplete: reader.incomplete }
}
