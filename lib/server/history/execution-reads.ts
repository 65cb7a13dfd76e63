import { EXECUTION_STATUSES, type ExecutionOrigin, OUTCOMES } from '@/lib/model/execution'
import type { ExecutionPage, ExecutionQuery, RememberedDetail, RememberedExecution } from '@/lib/model/history'
import { bounded, readCursor, writeCursor } from './paging'
import type { Row } from './row'
import { containing } from './sql-text'
import type { Reading, SqlValue } from './sqlite'
import { storedParts, storedResults, storedTexts } from './stored'

/** Rows that one statement looks at: some ms. Between two of them the event loop is free. */
const SLICE = 2000
/** Rows that one page looks at before it is given out short. */
const SEARCHED = 40_000

const ABORT_CAUSES = ['idle', 'forced', 'command'] as const

/** One page, newest first. @throws HistoryError `invalid` */
export async function readPage(reading: () => Reading, query: ExecutionQuery): Promise<ExecutionPage> {
  const limit = bounded('limit', query.limit, 1, 500, 100)
  const executions: RememberedExecution[] = []
  let cursor = query.cursor === undefined ? undefined : readCursor(query.cursor)
  for (let searched = 0; searched < SEARCHED; searched += SLICE) {
    if (searched > 0) await new Promise(setImmediate)
    const slice = readSlice(reading(), query, cursor, limit - executions.length)
    executions.push(...slice.executions)
    cursor = slice.last
    if (!cursor || executions.length >= limit) break
  }
  return { executions, next: cursor ? writeCursor(cursor) : null, searchedTo: cursor?.[0] ?? null }
}

type Place = readonly [firstSeen: number, id: number]

interface Slice {
  readonly executions: readonly RememberedExecution[]
  /** Where the next slice begins after; undefined at the end. */
  readonly last: Place | undefined
}

function readSlice(reading: Reading, query: ExecutionQuery, after: Place | undefined, wanted: number): Slice {
  const range = rangeOf(query, after)
  const inRange = `FROM execution WHERE ${range.where.join(' AND ')} ORDER BY first_seen DESC, id DESC`
  const matches = matchesOf(query)
  const rows = reading.all(
    `SELECT * FROM (SELECT * ${inRange} LIMIT ?) ${matches.where.length > 0 ? `WHERE ${matches.where.join(' AND ')}` : ''}
     ORDER BY first_seen DESC, id DESC LIMIT ?`,
    ...range.values,
    matches.where.length > 0 ? SLICE : wanted,
    ...matches.values,
    wanted,
  )
  const executions = rows.map(readExecution)
  const full = rows.length >= wanted
  const last = full
    ? rows.at(-1)
    : reading.first(`SELECT first_seen, id ${inRange} LIMIT 1 OFFSET ${SLICE - 1}`, ...range.values)
  return { executions, last: last && [last.number('first_seen'), last.number('id')] }
}

interface Conditions {
  readonly where: readonly string[]
  readonly values: readonly SqlValue[]
}

/** What an index decides. */
function rangeOf(query: ExecutionQuery, after: Place | undefined): Conditions {
  const where = ['connection = (SELECT id FROM connection WHERE name = ?)']
  const values: SqlValue[] = [query.connection]
  const [only, ...others] = query.outcomes ?? []
  if (only !== undefined && others.length === 0) {
    where.push('outcome = ?')
    values.push(only)
  }
  if (query.registration !== undefined) {
    where.push('origin_id = ?')
    values.push(query.registration)
  }
  if (query.from !== undefined) {
    where.push('first_seen >= ?')
    values.push(query.from)
  }
  if (query.to !== undefined) {
    where.push('first_seen < ?')
    values.push(query.to)
  }
  if (after) {
    where.push('(first_seen, id) < (?, ?)')
    values.push(...after)
  }
  return { where, values }
}

/** What is tried row by row. */
function matchesOf(query: ExecutionQuery): Conditions {
  const where: string[] = []
  const values: SqlValue[] = []
  if (query.outcomes && query.outcomes.length > 1) {
    where.push(`outcome IN (SELECT value FROM json_each(?))`)
    values.push(JSON.stringify(query.outcomes))
  }
  if (query.shard !== undefined) {
    where.push('shard = ?')
    values.push(query.shard)
  }
  if (query.text) {
    const pattern = containing(query.text)
    where.push(`(gears_id LIKE ? ESCAPE '\\' OR origin_name LIKE ? ESCAPE '\\' OR first_error LIKE ? ESCAPE '\\')`)
    values.push(pattern, pattern, pattern)
  }
  if (query.errorGroup !== undefined) {
    where.push('EXISTS (SELECT 1 FROM error_occurrence o WHERE o.error_group = ? AND o.execution = id)')
    values.push(query.errorGroup)
  }
  return { where, values }
}

/** The latest execution under this key, with what is kept of its parts and results. */
export function readOne(
  reading: Reading,
  connection: string,
  key: string,
  epoch?: number,
): RememberedDetail | undefined {
  const row = reading.first(
    `SELECT e.*, d.parts, d.results AS kept_results, d.cut_results, d.cut_errors, d.cut_steps, s.body, m.requirements
     FROM execution e
       LEFT JOIN execution_detail d ON d.execution = e.id
       LEFT JOIN source m ON e.origin_kind = 'submission' AND m.id = e.origin_id
       LEFT JOIN script s ON s.hash = m.hash
     WHERE e.connection = (SELECT id FROM connection WHERE name = ?) AND e.key = ? ${epoch === undefined ? '' : 'AND e.epoch = ?'}
     ORDER BY e.epoch DESC LIMIT 1`,
    connection,
    key,
    ...(epoch === undefined ? [] : [epoch]),
  )
  if (!row) return undefined
  const { results: resultCount, errors: _, ...execution } = readExecution(row)
  const json = row.textOrNull('parts')
  const parts = json === null ? [] : storedParts(json)
  const results = row.textOrNull('kept_results')
  const script = row.textOrNull('body')
  return {
    ...execution,
    read: json !== null,
    parts,
    resultCount,
    results: results === null ? null : storedResults(results),
    errors: parts.flatMap((part) => part.errors),
    silent: [],
    profiled: parts.some((part) => part.steps.some((step) => step.durationMs !== null)),
    source: script === null ? null : { script, requirements: storedTexts(row.textOrNull('requirements') ?? '[]') },
    cut: {
      results: row.numberOrNull('cut_results') === 1,
      errors: row.numberOrNull('cut_errors') === 1,
      steps: row.numberOrNull('cut_steps') === 1,
    },
  }
}

function readExecution(row: Row): RememberedExecution {
  const abortCause = row.textOrNull('abort_cause') === null ? undefined : row.word('abort_cause', ABORT_CAUSES)
  return {
    key: row.text('key'),
    epoch: row.number('epoch'),
    id: row.text('gears_id'),
    shard: row.text('shard'),
    status: row.word('status', EXECUTION_STATUSES),
    outcome: row.word('outcome', OUTCOMES),
    ...(abortCause && { abortCause }),
    registered: row.flag('registered'),
    results: row.numberOrNull('results'),
    errors: row.numberOrNull('errors'),
    firstError: row.textOrNull('first_error'),
    durationMs: row.numberOrNull('duration_ms'),
    firstSeen: row.number('first_seen'),
    lastSeen: row.number('last_seen'),
    endSeen: row.numberOrNull('end_seen'),
    precisionMs: row.numberOrNull('precision_ms'),
    live: false,
    coverage: { answered: row.number('answered'), of: row.number('shards') },
    origin: readOrigin(row),
  }
}

function readOrigin(row: Row): ExecutionOrigin {
  const kind = row.word('origin_kind', ['submission', 'registration', 'unknown'])
  if (kind === 'unknown') return { kind }
  const name = row.text('origin_name')
  if (kind === 'submission') return { kind, name, sourceId: row.text('origin_id') }
  return { kind, name, registrationId: row.text('origin_id'), inferred: true }
}
