import { wallMs } from '@gearboard/gears/vocabulary/clock'
import { plural } from '@gearboard/gears/vocabulary/text'
import { BEGAN_EARLIER_MS, wasIn } from '@/lib/model/executions/ends'
import type { Execution } from '@/lib/model/executions/execution'
import { asRemembered } from '@/lib/model/executions/execution-list'
import type { FunctionRow, MemoryRow } from '@/lib/model/export/export-columns'
import { iso } from '@/lib/model/export/export-table'
import { parseFilter, problemInWords, type Vocabulary } from '@/lib/model/filter/filter'
import { executionVocabulary, registrationVocabulary } from '@/lib/model/filter/filter-fields'
import { matcher } from '@/lib/model/filter/filter-match'
import { groupBy } from '@/lib/model/list/group-by'
import type { AuditPage, AuditQuery } from '@/lib/model/record/audit'
import type { ExecutionQuery } from '@/lib/model/record/history'
import type { TimeSpan } from '@/lib/model/record/series-view'
import { hazardsOf } from '@/lib/model/registrations/hazards'
import type { Registration } from '@/lib/model/registrations/registration'
import { readerWord } from '@/lib/model/registrations/registration-view'
import { totalWaiting } from '@/lib/model/registrations/stream-state'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal, knownError } from '../errors'
import { type HistoryStore, keptStep } from '../history'
import { streams } from './registrations'
import { sourceFindings } from './source-findings'

/** The rows of an export, a bounded page after the other; it returns what it lacks, a sentence, where it lacks something. */
export type ExportPages<Row> = AsyncGenerator<readonly Row[], string | undefined>

/** What the exports of executions need of a connection. */
interface ExecutionLists extends Pick<ConnectionParts, 'name' | 'history'> {
  readonly hub: {
    readonly feed: {
      readonly executions: { values(): Iterable<Execution> }
      readonly registrations: { values(): Iterable<Registration> }
    }
  }
}

/** `from` and `to`: those that ended in this time, and what is in flight and began before its end, ms. */
type ExecutionsAsked = Omit<ExecutionQuery, 'connection' | 'cursor' | 'limit' | 'ended'>

/** What history is asked for, which is in the order in which executions began. */
const recordedIn = ({ from, to, ...asked }: ExecutionsAsked): Omit<ExecutionQuery, 'connection'> => ({
  ...asked,
  ...(from !== undefined && { from: from - BEGAN_EARLIER_MS }),
  ...(to !== undefined && { to }),
  ended: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
})

/** Rows of one page. */
const PAGE = 500

/** @throws ApiRefusal `invalid_request` naming the filter's first problem */
function filterOf<T>(text: string | undefined, vocabulary: Vocabulary<T>): (item: T) => boolean {
  const { terms, problems } = parseFilter(text ?? '', vocabulary)
  const [problem] = problems
  if (problem) throw new ApiRefusal('invalid_request', `q: ${problemInWords(problem)}`)
  return matcher(terms, vocabulary, wallMs())
}

/** What the server holds of the executions that were asked for, newest first. No live row says which group its error is in: there is none then. */
function liveExecutions({ hub }: Pick<ExecutionLists, 'hub'>, asked: ExecutionsAsked): readonly Execution[] {
  const readers = new Map([...hub.feed.registrations.values()].map(({ id, reader }) => [id, readerWord(reader)]))
  const matches = filterOf(
    asked.filter,
    executionVocabulary(({ origin }) =>
      origin.kind === 'registration' ? (readers.get(origin.registrationId) ?? null) : null,
    ),
  )
  const { from = 0, to = Number.POSITIVE_INFINITY, registration, errorGroup } = asked
  if (errorGroup !== undefined) return []
  const inRange = wasIn({ from, to })
  return [...hub.feed.executions.values()]
    .filter(
      (row) =>
        inRange(row) &&
        (registration === undefined ||
          (row.origin.kind === 'registration' && row.origin.registrationId === registration)) &&
        matches(row),
    )
    .sort((a, b) => b.firstSeen - a.firstSeen)
}

/** By key, since when the feed has it: what is recorded under the key and was seen since then is that one. */
const heldSince = ({ hub }: Pick<ExecutionLists, 'hub'>): ReadonlyMap<string, number> =>
  new Map([...hub.feed.executions.values()].map(({ key, firstSeen }) => [key, firstSeen]))

/** Executions as the list shows them: live ones, and those in history, newest first. @throws ApiRefusal `invalid_request` */
export async function* executionPages(connection: ExecutionLists, asked: ExecutionsAsked): ExportPages<Execution> {
  const live = liveExecutions(connection, asked)
  const held = asked.errorGroup === undefined ? heldSince(connection) : new Map<string, number>()
  const store = storeOf(connection)
  if (typeof store === 'string') {
    yield live
    return store
  }
  let unreadable = 0
  let written = 0
  let cursor: string | undefined
  do {
    const query = {
      ...recordedIn(asked),
      connection: connection.name,
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    }
    const page = await store.executions.page(query)
    unreadable += page.unreadable ?? 0
    cursor = page.next ?? undefined
    const recorded = page.executions
      .map(asRemembered)
      .filter(({ key, lastSeen }) => lastSeen < (held.get(key) ?? Number.POSITIVE_INFINITY))
    const until = cursor === undefined ? Number.NEGATIVE_INFINITY : (page.searchedTo ?? Number.NEGATIVE_INFINITY)
    const newer = live.slice(written).filter(({ firstSeen }) => firstSeen >= until)
    written += newer.length
    yield [...newer, ...recorded].sort((a, b) => b.firstSeen - a.firstSeen)
  } while (cursor !== undefined)
  return unreadableInWords(unreadable)
}

/** How many executions there are without a filter, which the record counts at once; undefined where rows have to be read for it. */
export async function countOfExecutions(
  connection: ExecutionLists,
  { filter = '', errorGroup, ...asked }: ExecutionsAsked,
): Promise<number | undefined> {
  const store = storeOf(connection)
  if (filter.trim() !== '' || errorGroup !== undefined || typeof store === 'string') return undefined
  const held = [...heldSince(connection)].map(([key, since]) => ({ key, since }))
  const recorded = await store.executions.count({ connection: connection.name, ...recordedIn(asked) }, held)
  return recorded + liveExecutions(connection, asked).length
}

/** The store, or why there is none. */
function storeOf({ history }: Pick<ConnectionParts, 'history'>): HistoryStore | string {
  try {
    return history.store
  } catch (error) {
    const known = knownError(error)
    if (!known) throw error
    return `history is unavailable (${known.message}); these are the live executions.`
  }
}

const unreadableInWords = (count: number): string | undefined =>
  count > 0 ? `${plural(count, 'damaged entry', 'damaged entries')} left out.` : undefined

/** Registrations as the list shows them. @throws ApiRefusal `invalid_request` */
export async function* registrationPages(
  connection: ConnectionParts,
  filter: string | undefined,
): ExportPages<Registration> {
  const { feed } = connection.hub
  const registrations = [...feed.registrations.values()]
  const hazards = groupBy(
    hazardsOf(registrations, sourceFindings(connection), feed.shardStates),
    ({ registration }) => registration,
  )
  const waiting = new Map(
    /\bwaiting:/.test(filter ?? '')
      ? (await streams(connection)).map((each) => [each.registration, totalWaiting(each)?.count ?? null])
      : [],
  )
  const vocabulary = registrationVocabulary({
    hazardKindsOf: ({ key }) => (hazards.get(key) ?? []).map(({ kind }) => kind),
    waitingIn: ({ key }) => waiting.get(key) ?? null,
  })
  yield registrations.filter(filterOf(filter, vocabulary))
  return undefined
}

/** Actions through Gearboard, newest first. @throws ApiRefusal `no_history` */
export async function* actionPages(
  connection: ConnectionParts,
  asked: Omit<AuditQuery, 'connection' | 'cursor' | 'limit'>,
): ExportPages<AuditPage['entries'][number]> {
  const { audit } = connection.history.store
  let unreadable = 0
  let cursor: string | undefined
  do {
    const page = audit.page({
      ...asked,
      connection: connection.name,
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    })
    unreadable += page.unreadable ?? 0
    cursor = page.next ?? undefined
    yield page.entries
  } while (cursor !== undefined)
  return unreadableInWords(unreadable)
}

/** Runs by function over a range, as the profiler counts them. @throws ApiRefusal `no_history` */
export async function* functionPages(connection: ConnectionParts, range: TimeSpan): ExportPages<FunctionRow> {
  const { executions } = connection.history.store
  const history = await executions.functions({ connection: connection.name, ...range, points: 1 })
  const { functions, searchedTo, omitted, unreadable = 0 } = history
  yield functions.map(({ points: _, ...row }) => row)
  const missing = [
    searchedTo === null ? undefined : `only executions since ${iso(searchedTo)} were counted.`,
    omitted === 0 ? undefined : `${plural(omitted, 'function')} left out.`,
    unreadableInWords(unreadable),
  ].filter((words) => words !== undefined)
  return missing.length > 0 ? missing.join(' ') : undefined
}

/** Points of one read. */
const POINTS = 1800

/** Memory of every shard over a range, each in the finest step that is still kept. @throws ApiRefusal `no_history` */
export async function* memoryPages(connection: ConnectionParts, { from, to }: TimeSpan): ExportPages<MemoryRow> {
  const { series } = connection.history.store
  const now = wallMs()
  for (const { key: shard } of connection.hub.feed.shardStates) {
    for (let start = from; start < to; ) {
      const step = keptStep(start, now)
      const end = Math.min(to, Math.floor((start + POINTS * step) / step) * step)
      const { stepMs, points } = series.read({
        connection: connection.name,
        kind: 'memory',
        subject: shard,
        from: start,
        to: end,
        points: 2000,
      })
      yield points.map(({ at, values, peaks }) => ({ at, shard, stepMs, values, peaks }))
      start = end
    }
  }
  return undefined
}
