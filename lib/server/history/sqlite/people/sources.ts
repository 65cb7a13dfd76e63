import { boundError } from '@/lib/model/executions/error-bounds'
import {
  SOURCE_OUTCOMES,
  type SourcePage,
  type SourceQuery,
  type SourceVersion,
  type SourceWithScript,
  type SubmittedSource,
} from '@/lib/model/record/source'
import { scriptHash } from '../../script-hash'
import type { Intake } from '../lane'
import { cursorAt, readCursor, withinBounds } from '../paging'
import { readable, Tally } from '../readable'
import type { Row } from '../row'
import { connectionsOf, fields, incoming } from '../sql-text'
import type { Reading, SqlValue } from '../sqlite'
import { storedOptions, storedTexts } from '../stored'

export interface SourceEntry {
  readonly source: SubmittedSource
  readonly script: string
}

const KIND = 'source'

const COLUMNS = [
  'at',
  'author',
  'name',
  'hash',
  'requirements',
  'options',
  'outcome',
  'error',
  'execution_id',
  'registrations',
] as const

/** Scripts are kept by what they say: the same text is kept once. */
const SCRIPTS = `
  INSERT OR IGNORE INTO script (hash, body, bytes) SELECT ${fields(['hash', 'script', 'bytes'])} FROM ${incoming(KIND)}`

/** The version that this text has under this name already, else the next. */
const VERSION = `coalesce(
  (SELECT m.version FROM source m WHERE m.connection = c.id AND m.name = r.value->>'name' AND m.hash = r.value->>'hash' LIMIT 1),
  (SELECT max(m.version) + 1 FROM source m WHERE m.connection = c.id AND m.name = r.value->>'name'),
  1)`

const UPSERT = `
  INSERT INTO source (id, connection, version, ${COLUMNS.join(', ')})
  SELECT r.value->>'id', c.id, ${VERSION}, ${fields(COLUMNS)} FROM ${incoming(KIND)}
  ON CONFLICT (id) DO UPDATE SET
    outcome = excluded.outcome, error = excluded.error, execution_id = excluded.execution_id, registrations = excluded.registrations`

export const sourceIntake: Intake<SourceEntry> = {
  kind: KIND,
  limit: { entries: 1000, chars: 32_000_000 },
  identity: ({ source }) => source.id,
  merge: (_, newer) => newer,
  apart: ({ source }) => `${source.connection}\0${source.name}`,
  chars: ({ script }) => 1000 + script.length,
  encode: ({ source, script }) => ({
    id: source.id,
    connection: source.connection,
    at: source.at,
    author: source.author,
    name: source.name,
    hash: scriptHash(script),
    bytes: Buffer.byteLength(script),
    script,
    requirements: JSON.stringify(source.requirements),
    options: JSON.stringify(source.options),
    outcome: source.outcome,
    error: source.error === null ? null : boundError(source.error),
    execution_id: source.executionId,
    registrations: JSON.stringify(source.registrations),
  }),
  sql: [connectionsOf(KIND), SCRIPTS, UPSERT].join(';\n'),
}

/** One page, newest first. @throws HistoryError `invalid` */
export function readSources(reading: Reading, query: SourceQuery): SourcePage {
  const limit = withinBounds('limit', query.limit, 1, 200, 50)
  const where = ['m.connection = (SELECT id FROM connection WHERE name = ?)']
  const values: SqlValue[] = [query.connection]
  if (query.name !== undefined) {
    where.push('m.name = ?')
    values.push(query.name)
  }
  if (query.session !== undefined) {
    where.push("coalesce(m.options->>'id', m.options->>'session') = ?")
    values.push(query.session)
  }
  if (query.registration !== undefined) {
    // A damaged list names nothing, and must not fail the others.
    where.push(
      "EXISTS (SELECT 1 FROM json_each(iif(json_valid(m.registrations), m.registrations, '[]')) made WHERE made.value = ?)",
    )
    values.push(query.registration)
  }
  if (query.cursor !== undefined) {
    where.push('(m.at, m.number) < (?, ?)')
    values.push(...readCursor(query.cursor))
  }
  const rows = reading.all(
    `SELECT m.*, c.name AS connection_name, s.bytes FROM source m
       JOIN connection c ON c.id = m.connection JOIN script s ON s.hash = m.hash
     WHERE ${where.join(' AND ')} ORDER BY m.at DESC, m.number DESC LIMIT ?`,
    ...values,
    limit,
  )
  const tally = new Tally()
  return {
    sources: readable(rows, readSource, tally),
    next: rows.length < limit ? null : cursorAt(rows, 'at', 'number'),
    ...tally.told,
  }
}

/** One source with its script. */
export function readSourceWithScript(reading: Reading, id: string): SourceWithScript | undefined {
  const row = reading.first(
    `SELECT m.*, c.name AS connection_name, s.bytes, s.body FROM source m
       JOIN connection c ON c.id = m.connection JOIN script s ON s.hash = m.hash WHERE m.id = ?`,
    id,
  )
  return row && { ...readSource(row), script: row.text('body') }
}

function readSource(row: Row): SourceVersion {
  return {
    id: row.text('id'),
    connection: row.text('connection_name'),
    at: row.number('at'),
    author: row.textOrNull('author'),
    name: row.text('name'),
    version: row.number('version'),
    hash: row.text('hash'),
    bytes: row.number('bytes'),
    requirements: storedTexts(row.text('requirements')),
    options: storedOptions(row.text('options')),
    outcome: row.word('outcome', SOURCE_OUTCOMES),
    error: row.textOrNull('error'),
    executionId: row.textOrNull('execution_id'),
    registrations: storedTexts(row.text('registrations')),
  }
}
