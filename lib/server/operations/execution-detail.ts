import { GearsError, type GearsValue, type Shard } from '@gearboard/gears'
import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { MOST_RESULTS } from '@/lib/api/limits'
import type { ExecutionDetail, Withheld } from '@/lib/model/executions/execution'
import { asRemembered } from '@/lib/model/executions/execution-list'
import { UNPROVEN_OVERRIDE, withheldInWords } from '@/lib/model/executions/withheld'
import type { RememberedDetail } from '@/lib/model/record/history'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal, knownError } from '../errors'
import { fingerprintOf } from '../history/sqlite/executions/execution-intake'
import {
  initiatorOf,
  isFinal,
  isTerminal,
  type MergedExecution,
  mergeExecution,
  ranAlone,
  type SilentShards,
} from '../hub/merge/merge-execution'
import { partOn } from '../hub/poll/part-on'
import { findExecution, unknownExecution } from './locate'
import { firstResults } from './results'
import { type SeenIdentities, seenExecutions } from './seen'

type Silent = ExecutionDetail['silent'][number]

/**
 * Everything about one execution: asked of every master while one lists it, remembered afterwards, also when no server can be reached.
 * @param epoch which of the executions that had this id, one after the other: the latest where it is left out. @throws ApiRefusal, GearsError
 */
export async function executionDetail(
  connection: ConnectionParts,
  name: string,
  epoch?: number,
): Promise<ExecutionDetail | RememberedDetail> {
  const { history } = connection
  const remembered = history.readIfPossible((store) => store.executions.one(connection.name, name, epoch))
  const latest =
    epoch === undefined ? remembered : history.readIfPossible((store) => store.executions.one(connection.name, name))
  // Its server restarted since, which no execution outlives.
  if (remembered && remembered.epoch !== latest?.epoch) return asRemembered(remembered)
  const entry = await entryOf(connection, name, remembered !== undefined)
  if (entry && !(epoch !== undefined && remembered && isLater(entry, remembered)))
    return currentDetail(connection, entry, remembered)
  if (remembered) return { ...asRemembered(remembered), withheld: withheldOf(connection, remembered) }
  throw unknownExecution(connection, name)
}

/** That its results are gone is known only where the shard that had them answers, and lists it no more. */
function withheldOf({ hub }: ConnectionParts, { results, shard }: RememberedDetail): Withheld | null {
  if (results) return null
  const now = hub.feed.shardStates.find(({ key }) => key === shard)
  if (now?.state === 'up') return { why: 'gone' }
  return { why: 'unanswered', message: now?.error?.message ?? 'it is no longer a master, or was not polled yet' }
}

/** It appeared, while Gearboard looked, after the remembered one was seen last: it has the id by chance, and is not in history yet. */
const isLater = ({ firstSeen, precisionMs }: MergedExecution, { lastSeen }: RememberedDetail): boolean =>
  precisionMs !== null && firstSeen > lastSeen

/**
 * Every result, from its initiator. @throws ApiRefusal where no shard lists it, where it has more than `MOST_RESULTS` (RG.GETRESULTS gives all or
 * none), and where nothing proves that reading them does no harm; GearsError while it runs or its initiator does not answer
 */
export async function allResults(connection: ConnectionParts, name: string): Promise<readonly GearsValue[]> {
  await connection.known()
  const entry = await findExecution(connection, name)
  if (!entry) throw unknownExecution(connection, name)
  return resultsFor(connection, entry, false)
}

/**
 * As `allResults`, for a user who was warned that reading them could crash the server, and asks anyway. The first of them are remembered.
 * @throws also `changed` where it is another execution than the one that was seen
 */
export async function unprovenResults(
  connection: ConnectionParts,
  name: string,
  seen: SeenIdentities,
): Promise<readonly GearsValue[]> {
  const [{ entry, row }] = await seenExecutions(connection, name, seen, () => false)
  const results = await resultsFor(connection, entry, true)
  connection.recorder.recordResults(row, entry, firstResults(results), 'asked')
  // Who is answered, and asks what is known of it, finds them: nothing would make a page ask a second time.
  await connection.history.flush()
  return results
}

async function resultsFor({ gears, hub }: ConnectionParts, entry: MergedExecution, consent: boolean) {
  const initiator = initiatorOf(entry)
  const shard = (await gears.shards()).find(({ key }) => key === initiator)
  if (!shard) throw new GearsError('not_found', `no shard ${JSON.stringify(initiator)} in this cluster`)
  const read = await hub.results.read(shard, entry.id, consent)
  if ('values' in read) return read.values
  throw notRead(entry, read.withheld)
}

function notRead({ id, parts, ...entry }: MergedExecution, withheld: Withheld): Error {
  const records = parts.get(initiatorOf({ id, parts, ...entry }))?.report?.results ?? null
  const { text } = withheldInWords(withheld, id, records)
  switch (withheld.why) {
    case 'unproven':
    case 'broke':
      return new ApiRefusal(
        'invalid_request',
        `The results of ${id} were not read. ${text} To read them anyway, POST to this address with {"override": ["${UNPROVEN_OVERRIDE}"]}.`,
        [{ at: 'override', message: UNPROVEN_OVERRIDE }],
      )
    case 'too_many': {
      const many = `It has ${formatCount(records)} results; Gearboard loads at most ${formatCount(MOST_RESULTS)}`
      return new ApiRefusal('invalid_request', `${many}; redis-cli has them all: RG.GETRESULTS ${id}`)
    }
    case 'gone':
      return new ApiRefusal('not_found', `The results of ${id} are no longer on the server.`)
    case 'hidden':
      return new ApiRefusal('forbidden', text)
    case 'unfinished':
      return new GearsError('rejected', 'execution is still running')
    case 'refused':
      return new GearsError('rejected', withheld.message)
    case 'unreadable':
      return new GearsError('bad_reply', withheld.message)
    case 'unanswered':
      return new GearsError('unreachable', withheld.message)
  }
}

/** Undefined too where no shard can be asked about one that is `remembered`. */
async function entryOf(
  connection: ConnectionParts,
  name: string,
  remembered: boolean,
): Promise<MergedExecution | undefined> {
  try {
    await connection.known()
  } catch (error) {
    if (remembered && knownError(error)) return undefined
    throw error
  }
  return findExecution(connection, name)
}

async function currentDetail(
  connection: ConnectionParts,
  entry: MergedExecution,
  remembered: RememberedDetail | undefined,
): Promise<ExecutionDetail> {
  const { parts, silent } = await partsOf(connection, entry)
  for (const part of parts) connection.hub.report(entry.key, part.shard, part)
  const row = mergeExecution(entry, silentSince(connection, silent))
  const shown = parts.length > 0 ? parts : [...entry.parts.values()].flatMap((part) => part.report ?? [])
  const { results, withheld } = await resultsOf(connection, entry, parts)
  // The history of an execution that is new may still be that of an earlier one under its id.
  const kept = remembered && remembered.lastSeen >= entry.firstSeen ? remembered : undefined
  if (results && (!kept?.results || kept.cut.results)) connection.recorder.recordResults(row, entry, results, 'asked')
  const { origin } = row
  const source = origin.kind === 'submission' ? connection.sources.get(origin.sourceId) : undefined
  return {
    ...row,
    results: results ?? kept?.results ?? null,
    withheld: kept?.results ? null : withheld,
    resultCount: row.results ?? kept?.resultCount ?? null,
    errors: shown.flatMap((part) => part.errors),
    errorCount: row.errors ?? kept?.errorCount ?? null,
    parts: shown,
    silent,
    profiled: shown.some((part) => part.steps.some((step) => step.durationMs !== null)),
    planFingerprint: fingerprintOf(shown),
    source: source ? { script: source.script, requirements: source.requirements, givenName: source.givenName } : null,
  }
}

async function partsOf({ gears, hub }: ConnectionParts, entry: MergedExecution) {
  const parts: ExecutionPart[] = []
  const silent: Silent[] = []
  const own = entry.key !== entry.id ? new Set(entry.parts.keys()) : undefined
  const shards = await mastersOrNone(gears)
  await Promise.all(
    // Under an ambiguous id the other shards would tell of another execution.
    shards
      .filter((shard) => own?.has(shard.key) ?? true)
      .map(async (shard) => {
        let part: ExecutionPart | null = null
        try {
          part = await partOn(shard, entry.id)
        } catch (error) {
          if (!(error instanceof GearsError)) throw error
          silent.push({ shard: shard.key, reason: error.message })
        }
        // How it ended there does not change, whether the shard is silent or has forgotten it.
        const remembered = entry.parts.get(shard.key)?.report
        if (part) parts.push(part)
        else if (isFinal(remembered)) parts.push(remembered)
      }),
  )
  const initiator = parts.find(({ shard }) => shard === initiatorOf(entry))
  if (initiator && ranAlone(initiator)) return { parts: [initiator], silent: [] }
  const order = hub.feed.shardStates.map((shard) => shard.key)
  parts.sort((a, b) => order.indexOf(a.shard) - order.indexOf(b.shard))
  return { parts, silent }
}

function silentSince({ hub }: ConnectionParts, silent: readonly Silent[]): SilentShards {
  const answeredAt = new Map(hub.feed.shardStates.map((shard) => [shard.key, shard.answeredAt]))
  return new Map(silent.map(({ shard }) => [shard, answeredAt.get(shard) ?? null]))
}

/** None while no shard can be reached: the page still shows what is remembered. */
async function mastersOrNone(gears: ConnectionParts['gears']): Promise<readonly Shard[]> {
  try {
    return await gears.shards()
  } catch (error) {
    if (error instanceof GearsError) return []
    throw error
  }
}

/** Read from its initiator, where that does no harm. */
async function resultsOf(
  { gears, hub }: ConnectionParts,
  entry: MergedExecution,
  parts: readonly ExecutionPart[],
): Promise<Pick<ExecutionDetail, 'results' | 'withheld'>> {
  const initiator = initiatorOf(entry)
  if (parts.some(({ shard, status }) => shard === initiator && !isTerminal(status)))
    return { results: null, withheld: { why: 'unfinished' } }
  const shard = (await mastersOrNone(gears)).find(({ key }) => key === initiator)
  const silent = { withheld: { why: 'unanswered', message: 'it cannot be reached, or is no longer a master' } } as const
  const read = shard ? await hub.results.read(shard, entry.id) : silent
  return 'values' in read ? { results: firstResults(read.values), withheld: null } : { results: null, ...read }
}
