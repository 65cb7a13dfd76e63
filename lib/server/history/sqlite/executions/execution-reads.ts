import { ABORT_CAUSES, EXECUTION_STATUSES, isOver, OUTCOMES } from '@gearboard/gears/vocabulary/execution'
import { REGISTRATION_READERS } from '@gearboard/gears/vocabulary/registration'
import { type Execution, type ExecutionOrigin, GONE_CAUSES, ORIGIN_KINDS } from '@/lib/model/executions/execution'
import { asRemembered } from '@/lib/model/executions/execution-list'
import { parseFilter, problemInWords } from '@/lib/model/filter/filter'
import { executionVocabulary } from '@/lib/model/filter/filter-fields'
import { matcher } from '@/lib/model/filter/filter-match'
import type {
  ExecutionPage,
  ExecutionPast,
  ExecutionQuery,
  RememberedDetail,
  RememberedExecution,
} from '@/lib/model/record/history'
import { givenName } from '@/lib/model/record/source'
import { readerWord } from '@/lib/model/registrations/registration-view'
import { HistoryError } from '@/lib/server/history/history-error'
import type { HeldSince } from '@/lib/server/history/store'
import { lastPlaceOf, readCursor, withinBounds, writeCursor } from '../paging'
import { readable, Tally } from '../readable'
import type { Row } from '../row'
import type { Reading, SqlValue } from '../sqlite'
import { storedOptions, storedParts, storedResults, storedTexts } from '../stored'
import { type Condition, conditionsOf, type FilterContext } from './filter-sql'

/** How many rows one statement examines: some ms. Between two of them the event loop is free. */
const SLICE = 4000
/** How many rows one statement returns: reading a row takes longer than examining it. */
const READ = 150
/** How many rows a page examines before it is returned incomplete. */
const SEARCHED = 40_000

/** One page, newest first. `now`: our clock, ms, against which ages are taken. @throws HistoryError `invalid` */
export async function readPage(reading: () => Reading, query: ExecutionQuery, now: number): Promise<ExecutionPage> {
  const limit = withinBounds('limit', query.limit, 1, 500, 100)
  const search = searchFor(query, { now, readers: readersOf(reading, query.connection) })
  const executions: RememberedExecution[] = []
  const tally = new Tally()
  let cursor = query.cursor === undefined ? undefined : readCursor(query.cursor)
  for (let searched = 0; searched < SEARCHED; searched += search.partly ? READ : SLICE) {
    if (searched > 0) await new Promise(setImmediate)
    const slice = readSlice(reading(), search, { after: cursor, wanted: limit - executions.length, tally })
    executions.push(...slice.executions)
    cursor = slice.last
    if (!cursor || executions.length >= limit) break
  }
  return { executions, next: cursor ? writeCursor(cursor) : null, searchedTo: cursor?.[0] ?? null, ...tally.told }
}

interface Search {
  /** What an index decides. */
  readonly range: readonly Condition[]
  /** What SQL tries row by row. */
  readonly rows: readonly Condition[]
  /** What has the last word. */
  readonly matches: (execution: RememberedExecution) => boolean
  /** SQL leaves something to `matches`. */
  readonly partly: boolean
}

/** @throws HistoryError `invalid` */
function searchFor(query: ExecutionQuery, context: FilterContext): Search {
  const vocabulary = executionVocabulary(({ origin }) =>
    origin.kind === 'registration' ? (context.readers().get(origin.registrationId) ?? null) : null,
  )
  const { terms, problems } = parseFilter(query.filter ?? '', vocabulary)
  const [problem] = problems
  if (problem) throw new HistoryError('invalid', `q: ${problemInWords(problem)}`)
  const filter = conditionsOf(terms, context)
  const holds = matcher<Execution>(terms, vocabulary, context.now)
  const range: readonly (Condition | undefined)[] = [
    where('connection = (SELECT id FROM connection WHERE name = ?)', query.connection),
    where('outcome = ?', filter.outcome),
    where('origin_id = ?', query.registration),
    where('first_seen >= ?', query.from),
    where('first_seen >= ?', filter.from),
    where('first_seen < ?', query.to),
    where('first_seen <= ?', filter.to),
  ]
  const ended = endedConditions(query)
  const group = where(
    'EXISTS (SELECT 1 FROM error_occurrence o WHERE o.error_group = ? AND o.execution = id)',
    query.errorGroup,
  )
  return {
    range: range.filter((each) => each !== undefined),
    rows: [...ended, ...(group ? [group] : []), ...filter.rows],
    // As the list shows it.
    matches: (execution) => holds(asRemembered(execution)),
    partly: filter.partly,
  }
}

/** When it ended, as `endOf` of the model has it. */
const END = 'coalesce(end_seen, gone_at, last_seen)'

const endedConditions = ({ ended }: Pick<ExecutionQuery, 'ended'>): readonly Condition[] =>
  [where(`${END} >= ?`, ended?.from), where(`${END} < ?`, ended?.to)].filter((each) => each !== undefined)

const where = (sql: string, value: SqlValue | undefined): Condition | undefined =>
  value === undefined ? undefined : { sql, values: [value] }

/** The reader of each registration that was ever seen, by its id, in the filter's word. Read when it is asked for first. */
function readersOf(reading: () => Reading, connection: string): () => ReadonlyMap<string, string> {
  let readers: ReadonlyMap<string, string> | undefined
  return () => {
    readers ??= new Map(
      readable(
        reading().all(
          'SELECT gears_id, reader FROM registration WHERE connection = (SELECT id FROM connection WHERE name = ?)',
          connection,
        ),
        (row): [string, string] => [row.text('gears_id'), readerWord(row.word('reader', REGISTRATION_READERS))],
        new Tally(),
      ),
    )
    return readers
  }
}

type PageCursor = readonly [firstSeen: number, id: number]

interface Slice {
  readonly executions: readonly RememberedExecution[]
  /** Where the next slice begins after; undefined at the end. */
  readonly last: PageCursor | undefined
}

interface Wanted {
  readonly after: PageCursor | undefined
  readonly wanted: number
  readonly tally: Tally
}

function readSlice(reading: Reading, search: Search, { after, wanted, tally }: Wanted): Slice {
  const range = after ? [...search.range, { sql: '(first_seen, id) < (?, ?)', values: after }] : search.range
  const inRange = `FROM execution WHERE ${all(range)} ORDER BY first_seen DESC, id DESC`
  const rangeValues = range.flatMap(({ values }) => values)
  const most = search.partly ? READ : Math.min(READ, wanted)
  const rows = reading.all(
    `SELECT * FROM (SELECT * ${inRange} LIMIT ?) ${search.rows.length > 0 ? `WHERE ${all(search.rows)}` : ''}
     ORDER BY first_seen DESC, id DESC LIMIT ?`,
    ...rangeValues,
    search.rows.length > 0 ? SLICE : most,
    ...search.rows.flatMap(({ values }) => values),
    most,
  )
  const found = readable(rows, (row) => ({ row, execution: readExecution(row) }), tally)
    .filter(({ execution }) => search.matches(execution))
    .slice(0, wanted)
  const looked =
    found.length >= wanted
      ? found.slice(-1).map(({ row }) => row)
      : rows.length >= most
        ? rows
        : reading.all(`SELECT first_seen, id ${inRange} LIMIT 1 OFFSET ${SLICE - 1}`, ...rangeValues)
  return { executions: found.map(({ execution }) => execution), last: lastPlaceOf(looked, 'first_seen', 'id') }
}

/** How many rows of an index one statement counts: some ms. */
const COUNTED = 20_000

/** How many executions are recorded in a range, without those held. */
export async function countExecutions(
  reading: () => Reading,
  { connection, from, to, ended, registration }: Omit<ExecutionQuery, 'filter' | 'errorGroup' | 'cursor' | 'limit'>,
  held: readonly HeldSince[],
): Promise<number> {
  const range = [
    where('connection = (SELECT id FROM connection WHERE name = ?)', connection),
    where('origin_id = ?', registration),
    where('first_seen >= ?', from),
    where('first_seen < ?', to),
  ].filter((each) => each !== undefined)
  const values = range.flatMap((each) => each.values)
  const rows = endedConditions({ ...(ended && { ended }) })
  const rowValues = rows.flatMap((each) => each.values)
  const shadowed = reading().first(
    `SELECT count(*) AS n
     FROM (SELECT value->>'key' AS held, value->>'since' AS since FROM json_each(?)) CROSS JOIN execution ON key = held AND last_seen >= since
     WHERE ${all([...range, ...rows])}`,
    JSON.stringify(held),
    ...values,
    ...rowValues,
  )
  let count = -(shadowed?.number('n') ?? 0)
  let after: readonly SqlValue[] = []
  for (;;) {
    const slice: string = `SELECT first_seen, id${rows.length > 0 ? ', end_seen, gone_at, last_seen' : ''} FROM execution WHERE ${all(range)} ${after.length > 0 ? 'AND (first_seen, id) < (?, ?)' : ''}
      ORDER BY first_seen DESC, id DESC`
    const counted = reading().first(
      `SELECT count(*) AS n FROM (${slice} LIMIT ${COUNTED})${rows.length > 0 ? ` WHERE ${all(rows)}` : ''}`,
      ...values,
      ...after,
      ...rowValues,
    )
    count += counted?.number('n') ?? 0
    const last = reading().first(`${slice} LIMIT 1 OFFSET ${COUNTED - 1}`, ...values, ...after)
    if (!last) return count
    after = [last.number('first_seen'), last.number('id')]
    await new Promise(setImmediate)
  }
}

const all = (conditions: readonly Condition[]): string => conditions.map(({ sql }) => `(${sql})`).join(' AND ')

/** The latest execution under this key, with what is kept of its parts and results. */
export function readOne(
  reading: Reading,
  connection: string,
  key: string,
  epoch?: number,
): RememberedDetail | undefined {
  const row = reading.first(
    `SELECT e.*, d.parts, d.results AS kept_results, d.cut_results, d.cut_errors, d.cut_steps, s.body, m.requirements, m.options
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
  const { results: resultCount, errors: errorCount, ...execution } = readExecution(row)
  const json = row.textOrNull('parts')
  const parts = json === null ? [] : storedParts(json)
  const results = row.textOrNull('kept_results')
  const script = row.textOrNull('body')
  return {
    ...execution,
    read: json !== null,
    parts,
    resultCount,
    errorCount,
    results: results === null ? null : storedResults(results),
    withheld: results === null ? { why: 'gone' } : null,
    errors: parts.flatMap((part) => part.errors),
    silent: [],
    profiled: parts.some((part) => part.steps.some((step) => step.durationMs !== null)),
    planFingerprint: row.textOrNull('plan'),
    source: script === null ? null : { script, requirements: requirementsOf(row), givenName: givenNameOf(row) },
    cut: {
      results: row.numberOrNull('cut_results') === 1,
      errors: row.numberOrNull('cut_errors') === 1,
      steps: row.numberOrNull('cut_steps') === 1,
    },
  }
}

/** The execution that this key named in the server process of this run id. A damaged row is none. */
export function readPast(reading: Reading, connection: string, key: string, runId: string): ExecutionPast | undefined {
  const row = reading.first(
    `SELECT first_seen, end_seen, precision_ms, outcome, origin_kind, origin_name, origin_id FROM execution
     WHERE connection = (SELECT id FROM connection WHERE name = ?) AND key = ? AND run_id = ? ORDER BY epoch DESC LIMIT 1`,
    connection,
    key,
    runId,
  )
  const [past] = readable(
    row ? [row] : [],
    (found) => ({
      firstSeen: found.number('first_seen'),
      endSeen: found.numberOrNull('end_seen'),
      precisionMs: found.numberOrNull('precision_ms'),
      over: isOver(found.word('outcome', OUTCOMES)),
      origin: readOrigin(found),
    }),
    new Tally(),
  )
  return past
}

/** Damaged ones are no reason to withhold the execution. */
const requirementsOf = (row: Row): readonly string[] =>
  readable([row], () => storedTexts(row.textOrNull('requirements') ?? '[]'), new Tally())[0] ?? []

/** As of requirements: a damaged one is not known. */
const givenNameOf = (row: Row): string | null =>
  readable([row], () => givenName({ options: storedOptions(row.text('options')) }), new Tally())[0] ?? null

function readExecution(row: Row): RememberedExecution {
  const abortCause = row.textOrNull('abort_cause') === null ? undefined : row.word('abort_cause', ABORT_CAUSES)
  const gone = row.textOrNull('gone_cause') === null ? undefined : row.word('gone_cause', GONE_CAUSES)
  return {
    key: row.text('key'),
    epoch: row.number('epoch'),
    id: row.text('gears_id'),
    identity: null,
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
    ...(gone && { gone: { cause: gone, by: row.textOrNull('gone_by'), at: row.number('gone_at') } }),
    coverage: { answered: row.number('answered'), of: row.number('shards') },
    origin: readOrigin(row),
  }
}

function readOrigin(row: Row): ExecutionOrigin {
  const kind = row.word('origin_kind', ORIGIN_KINDS)
  if (kind === 'unknown') return { kind }
  const name = row.text('origin_name')
  if (kind === 'submission') return { kind, name, sourceId: row.text('origin_id') }
  return { kind, name, registrationId: row.text('origin_id'), inferred: true }
}
