import type { Requirement } from '@gearboard/gears/vocabulary/environment'
import { STATUS_MEANING } from '@gearboard/gears/vocabulary/execution'
import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { answersOtherwise, type ShardState } from '../cluster/shard'
import { shardName } from '../cluster/shard-order'
import type { ConnectionState } from '../connection/connection'
import { endedUnseen } from '../executions/ends'
import type { Execution } from '../executions/execution'
import { executionName, isHeardInFlight, isInFlight } from '../executions/execution-view'
import { quoteValue } from '../filter/filter'
import { groupBy } from '../list/group-by'
import type { FunctionTimes } from '../record/function-history'
import type { Growth } from '../record/growth'
import type { Hazard } from '../registrations/hazards'
import { failsEverywhere, type Registration } from '../registrations/registration'
import { type RegistrationFindingKind, registrationFindings } from '../registrations/registration-findings'
import { flakyShare, lastErrorTitle, needsAttention, pausedInWords } from '../registrations/registration-view'
import type { ExecutionRetention } from '../registrations/retention-pressure'
import { type RegistrationStreams, streamFindings, totalWaiting } from '../registrations/stream-state'
import { formatDuration, listInWords, shortenId } from '../text/format'
import { growthFindings, requirementFindings } from './environment-findings'
import type { Finding } from './finding'
import { FINDING_KINDS, type FindingKind } from './finding-kinds'
import { slowerFindings } from './function-findings'

/** Executions that run longer than this are reported, though they may be healthy, ms. */
export const LONG_RUN_MS = 60_000
/** Waiting longer than this is stuck: twice the default ExecutionMaxIdleTime, ms. */
export const STUCK_MS = 10_000

/** Failures longer ago are history, ms. */
export const RECENT_FAILURE_MS = 15 * 60_000

interface FindingSources {
  readonly connection: ConnectionState | undefined
  readonly shards: readonly ShardState[]
  readonly executions: readonly Execution[]
  readonly registrations: readonly Registration[]
  /** What waits in the streams of the registrations, as far as it was looked at. */
  readonly streams?: readonly RegistrationStreams[]
  readonly hazards?: readonly Hazard[]
  /** For how long finished executions stay on the server, by key of their registration. */
  readonly retention?: ReadonlyMap<string, ExecutionRetention>
  /** Of every shard that was asked. */
  readonly requirements?: readonly ShardAnswer<readonly Requirement[]>[]
  /** How memory moved with the runs of functions, as recorded. */
  readonly growth?: Growth
  /** How long functions took, as recorded. */
  readonly functions?: readonly FunctionTimes[]
  /** Our clock, ms. */
  readonly now: number
}

/** What needs attention, most urgent first; of one kind, the longest first. */
export function overviewFindings({
  connection,
  shards,
  executions,
  registrations,
  streams = [],
  hazards = [],
  retention,
  requirements = [],
  growth,
  functions = [],
  now,
}: FindingSources): readonly Finding[] {
  const byKey = new Map(registrations.map((registration) => [registration.key, registration]))
  const errors = lastErrors(executions)
  const items = [
    ...silentShards(shards),
    ...uninitialised(connection, shards),
    ...registrations.flatMap((registration) => healthFinding(registration, shards, errors)),
    ...registrations.flatMap((registration) => registrationFindingsInList(registration, now)),
    ...executions.flatMap((execution) => executionFinding(execution, now)),
    ...failedExecutions(executions, registrations, now),
    ...streams.flatMap((each) => findingsOfStreams(byKey.get(each.registration), each, now)),
    ...hazardGroups(byKey, hazards),
    ...soonEvicted(byKey, retention),
    ...requirementFindings(requirements, shards),
    ...(growth ? growthFindings(growth) : []),
    ...slowerFindings(functions),
  ]
  const rank = (item: Finding) => FINDING_KINDS.indexOf(item.kind)
  return items.sort((a, b) => rank(a) - rank(b) || (a.since ?? Infinity) - (b.since ?? Infinity))
}

const silentShards = (shards: readonly ShardState[]): readonly Finding[] =>
  shards
    .filter((shard) => shard.state === 'silent')
    .map((shard) => ({
      key: `silent ${shard.key}`,
      kind: answersOtherwise(shard) ? 'refusing' : 'silent',
      subject: shards.length === 1 ? 'Server' : shardName(shard.key, shards),
      subjectNote: shard.address,
      detail: shard.error?.message ?? 'It does not answer.',
      verbatim: shard.error !== undefined,
      scale: shard.answeredAt === null ? 'never answered' : 'showing older data',
      since: shard.answeredAt,
      target: { kind: 'cluster' },
    }))

function uninitialised(connection: ConnectionState | undefined, shards: readonly ShardState[]): readonly Finding[] {
  if (!connection?.capability?.cluster) return []
  const alone = shards.filter(({ state, gearsId }) => state === 'up' && gearsId === NO_SHARD)
  if (alone.length > 0 && alone.length < shards.length)
    return alone.map((shard) => ({
      key: `uninitialised ${shard.key}`,
      kind: 'uninitialised',
      subject: shardName(shard.key, shards),
      subjectNote: shard.address,
      detail:
        'RedisGears reports “no cluster mode” there, as after a restart: the shard works alone until it is refreshed.',
      verbatim: false,
      scale: null,
      since: null,
      target: { kind: 'cluster' },
    }))
  if (connection.capability.clusterInitialised) return []
  return [
    {
      key: 'uninitialised',
      kind: 'uninitialised',
      subject: 'Cluster',
      subjectNote: plural(connection.coverage.of, 'shard'),
      detail:
        'Redis is a cluster, but RedisGears reports “no cluster mode”: each shard works alone until it is refreshed.',
      verbatim: false,
      scale: null,
      since: null,
      target: { kind: 'cluster' },
    },
  ]
}

function healthFinding(
  registration: Registration,
  shards: readonly ShardState[],
  errors: ReadonlyMap<string, string>,
): readonly Finding[] {
  const { health, missingOn } = registration
  const { failingSince, healthSince } = registration.observed
  const base = {
    subject: registration.name,
    subjectNote: registration.reader,
    since: null,
    target: { kind: 'registration', registration },
  } as const
  const key = `health ${registration.key}`
  const error = lastErrorTitle(registration) ?? errors.get(registration.name) ?? null
  const items: Finding[] = []
  if (health === 'failing' || health === 'retrying' || health === 'aborted') {
    items.push({
      ...base,
      key,
      kind: health,
      detail: error ?? DETAIL_WITHOUT_ERROR[health],
      verbatim: error !== null,
      scale: failureScale(registration),
      since: failingSince ?? healthSince,
    })
  } else if (health === 'flaky') {
    items.push({
      ...base,
      key,
      kind: 'flaky',
      detail: error ?? 'Some of its recent runs failed.',
      verbatim: error !== null,
      scale: `${flakyShare(registration)} of its runs`,
      since: healthSince,
    })
  } else if (health === 'paused') {
    items.push({
      ...base,
      key,
      kind: 'paused',
      detail: pausedInWords(registration),
      verbatim: false,
      scale: null,
    })
  }
  if (missingOn.length > 0) {
    const { answered } = registration.coverage
    items.push({
      ...base,
      key: `missing ${registration.key}`,
      kind: 'missing',
      detail: `On ${answered - missingOn.length} of ${plural(answered, 'shard')}; ${listInWords(
        missingOn.map((shard) => shardName(shard, shards)),
      )} ${missingOn.length === 1 ? 'does' : 'do'} not know it`,
      verbatim: false,
      scale: failsEverywhere(registration) ? 'every run fails' : 'events there do not fire it',
    })
  }
  return items
}

/** The newest error of each function. Where runs follow each other fast, its registration has forgotten it before the next poll. */
function lastErrors(executions: readonly Execution[]): ReadonlyMap<string, string> {
  const newest = new Map<string, Execution>()
  for (const execution of executions) {
    const name = executionName(execution)
    if (name === null || execution.firstError === null) continue
    const before = newest.get(name)
    if (!before || execution.firstSeen > before.firstSeen) newest.set(name, execution)
  }
  return new Map([...newest].flatMap(([name, { firstError }]) => (firstError === null ? [] : [[name, firstError]])))
}

/** In figures that move little while it fails. */
function failureScale({ observed: { latest }, counters }: Registration): string {
  return latest.all > 0
    ? `${Math.round((100 * latest.failed) / latest.all)} % of its latest runs`
    : `${formatCount(counters.failures)} of ${plural(counters.triggered, 'run')}`
}

/** Null: the registration's health already shows it, or no action is needed. */
const FINDING_OF: Readonly<Record<RegistrationFindingKind, FindingKind | null>> = {
  'retry-loop': null,
  stopped: null,
  failing: null,
  'fires-though-paused': 'fires-though-paused',
  quiet: 'quiet',
  flaky: null,
  'went-back': null,
}

/** What only observation over time shows of a registration, beyond its health. */
const registrationFindingsInList = (registration: Registration, now: number): readonly Finding[] =>
  registrationFindings(registration, now).flatMap(({ kind, words, since }): readonly Finding[] => {
    const as = FINDING_OF[kind]
    if (as === null) return []
    return [
      {
        key: `${kind} ${registration.key}`,
        kind: as,
        subject: registration.name,
        subjectNote: registration.reader,
        detail: words,
        verbatim: false,
        scale: null,
        since,
        target: { kind: 'registration', registration },
      },
    ]
  })

const told = (registration: Registration, kind: FindingKind, rest: Pick<Finding, 'detail' | 'scale'>): Finding => ({
  key: `${kind} ${registration.key}`,
  kind,
  subject: registration.name,
  subjectNote: registration.reader,
  verbatim: false,
  since: null,
  target: { kind: 'registration', registration },
  ...rest,
})

function findingsOfStreams(
  registration: Registration | undefined,
  streams: RegistrationStreams,
  now: number,
): readonly Finding[] {
  if (!registration) return []
  const waiting = totalWaiting(streams)
  const scale = waiting && `${plural(waiting.count, 'entry', 'entries')} waiting`
  return streamFindings(registration, streams, now).flatMap(({ kind, words }) =>
    // Streams that only grow are listed with the hazards.
    kind === 'unbounded' ? [] : [told(registration, kind, { detail: words, scale })],
  )
}

/** One entry for each registration; those missing on a shard have their own. */
function hazardGroups(byKey: ReadonlyMap<string, Registration>, hazards: readonly Hazard[]): readonly Finding[] {
  const groups = groupBy(
    hazards.filter(({ kind }) => kind !== 'missing'),
    ({ registration }) => registration,
  )
  return [...groups].flatMap(([key, [first, ...others]]) => {
    const registration = byKey.get(key)
    if (!registration || !first) return []
    return [
      told(registration, 'hazard', {
        detail: first.words,
        scale: others.length > 0 ? `and ${plural(others.length, 'other hazard')}` : null,
      }),
    ]
  })
}

/** Finished executions kept for less than this are gone before anyone opens them, ms. */
const EVICTED_SOON_MS = 60_000

/** One entry for all: the registration whose executions are removed first. */
function soonEvicted(
  byKey: ReadonlyMap<string, Registration>,
  retention: ReadonlyMap<string, ExecutionRetention> = new Map(),
): readonly Finding[] {
  const soon = [...retention].filter(([, { ms }]) => ms < EVICTED_SOON_MS).sort(([, a], [, b]) => a.ms - b.ms)
  const [first, ...others] = soon
  const registration = first && byKey.get(first[0])
  if (!registration) return []
  const [, { by, limit }] = first
  return [
    {
      key: 'evicted',
      kind: 'evicted',
      subject: 'Finished executions',
      subjectNote: '',
      detail: `Kept for under 1 min (${by} = ${formatCount(limit)})`,
      verbatim: false,
      scale:
        others.length > 0
          ? `${registration.name} and ${plural(others.length, 'other registration')}`
          : registration.name,
      since: null,
      target: { kind: 'retention', setting: by, registration },
    },
  ]
}

const DETAIL_WITHOUT_ERROR = {
  failing: 'Its last run failed.',
  retrying: 'It waits to retry its batch.',
  aborted: 'It stopped reading its stream after an error.',
} as const

/** Leaves out executions that only silent shards had, as they may be gone. Silent shards have their own item. */
function executionFinding(execution: Execution, now: number): readonly Finding[] {
  if (!isHeardInFlight(execution)) return []
  const age = now - execution.firstSeen
  const stuck = execution.status !== 'running'
  if (age < (stuck ? STUCK_MS : LONG_RUN_MS)) return []
  return [
    {
      key: `execution ${execution.key}`,
      kind: stuck ? 'stuck' : 'long',
      subject: executionName(execution) ?? shortenId(execution.id),
      subjectNote: executionName(execution) === null ? 'execution' : shortenId(execution.id),
      detail: `${execution.precisionMs === null ? 'Over ' : ''}${formatDuration(age)} in ${execution.status}: ${STATUS_MEANING[execution.status]}`,
      verbatim: false,
      scale: null,
      since: execution.firstSeen,
      target: { kind: 'execution', execution },
    },
  ]
}

/**
 * Executions that failed in the last minutes, one entry for each function; failing and flaky registrations have their own. When those ended
 * that were over at the first look is unknown.
 */
function failedExecutions(
  executions: readonly Execution[],
  registrations: readonly Registration[],
  now: number,
): readonly Finding[] {
  const listed = registrations.filter((r) => needsAttention(r) || r.health === 'flaky')
  const told = new Set(listed.map(({ name }) => name))
  // Until its plan is known, a run of such a registration has no name: its error is that of the registration.
  const theirErrors = new Set(listed.map(lastErrorTitle))
  const isTheirs = (execution: Execution, name: string | null): boolean =>
    name === null ? execution.registered && theirErrors.has(execution.firstError) : told.has(name)
  const byName = new Map<string | null, { failed: number; all: number; last: Execution | undefined }>()
  for (const execution of executions) {
    const name = executionName(execution)
    if (isInFlight(execution) || endedUnseen(execution)) continue
    if (now - (execution.endSeen ?? execution.lastSeen) > RECENT_FAILURE_MS || isTheirs(execution, name)) continue
    const group = byName.get(name) ?? { failed: 0, all: 0, last: undefined }
    byName.set(name, group)
    group.all++
    if (execution.outcome !== 'failed') continue
    group.failed++
    if (!group.last || execution.firstSeen > group.last.firstSeen) group.last = execution
  }
  return [...byName].flatMap(([name, { failed, all, last }]): readonly Finding[] =>
    last
      ? [
          {
            key: `failed ${name}`,
            kind: 'failed',
            subject: name ?? 'Unknown function',
            subjectNote: 'executions',
            detail: last.firstError ?? 'Failed with no message',
            verbatim: last.firstError !== null,
            // The hub keeps the newest runs of a function, at a high rate those of a minute: a span of time would be wrong.
            scale: all === 1 ? 'its only recent run' : `${formatCount(failed)} of the last ${plural(all, 'run')}`,
            since: last.endSeen ?? last.lastSeen,
            target: {
              kind: 'executions',
              query: `status:failed${name === null ? '' : ` function:${quoteValue(name)}`}`,
            },
          },
        ]
      : [],
  )
}
