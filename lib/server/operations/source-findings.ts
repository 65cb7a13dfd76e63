import { lineNumbers } from '@/lib/functions/python/lines'
import { hazardOf, inspectText } from '@/lib/functions/python/lint'
import type { SourceVersion } from '@/lib/model/record/source'
import type { SourceFinding } from '@/lib/model/registrations/hazards'
import { keepNewest } from '@/lib/server/keep-newest'
import type { ConnectionParts } from '../connection/connection-parts'
import { parsePython } from '../connection/parse-python'

/** Sources looked through for those of the registrations that are there, newest first. */
const PAGES = 5
const PAGE = 200
/** Scripts read again for one question. */
const SCRIPTS = 20
/** Scripts whose findings are kept. */
const KEPT = 500

type ScriptFindings = readonly Omit<SourceFinding, 'registration'>[]

/** By the hash of the script: the same text has the same findings. */
const known = new Map<string, ScriptFindings>()

/** What the editor's rules find in the scripts of the registrations that are there, as far as Gearboard has them. */
export function sourceFindings(connection: ConnectionParts): readonly SourceFinding[] {
  const ids = new Set([...connection.hub.feed.registrations.values()].map(({ id }) => id))
  let read = 0
  return sourcesOf(connection, ids).flatMap((source) => {
    if (!known.has(source.hash) && ++read > SCRIPTS) return []
    const told = findingsOf(connection, source)
    return source.registrations
      .filter((id) => ids.has(id))
      .flatMap((registration) => told.map((finding) => ({ registration, ...finding })))
  })
}

function sourcesOf(connection: ConnectionParts, ids: ReadonlySet<string>): readonly SourceVersion[] {
  const sources: SourceVersion[] = []
  const missing = new Set(ids)
  let cursor: string | undefined
  for (let page = 0; page < PAGES && missing.size > 0; page++) {
    const query = { connection: connection.name, limit: PAGE, ...(cursor !== undefined && { cursor }) }
    const found = connection.history.readIfPossible((store) => store.sources.page(query))
    for (const source of found?.sources ?? []) {
      const own = source.registrations.filter((id) => missing.delete(id))
      // Ids start over when a server restarts: the newest source that names one is that of the registration there now.
      if (own.length > 0) sources.push({ ...source, registrations: own })
    }
    cursor = found?.next ?? undefined
    if (cursor === undefined) break
  }
  return sources
}

function findingsOf(connection: ConnectionParts, { id, hash }: SourceVersion): ScriptFindings {
  const before = known.get(hash)
  if (before) return before
  const script = connection.sources.get(id)?.script
  if (script === undefined) return []
  const { findings } = inspectText(script, parsePython)
  const lineAt = lineNumbers(script)
  const told = findings.map((finding) => {
    const { rule, severity, from, message } = finding
    return { rule, severity, hazard: hazardOf(finding), line: lineAt(from), message }
  })
  known.set(hash, told)
  keepNewest(known, KEPT)
  return told
}
