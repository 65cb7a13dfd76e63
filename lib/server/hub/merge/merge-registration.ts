import { every } from '@gearboard/gears/vocabulary/exhaustive'
import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import {
  addCounters,
  type Counters,
  type ShardRegistration,
  type StreamStatus,
  ZERO_COUNTERS,
} from '@gearboard/gears/vocabulary/registration'
import type { RegistrationHealth } from '@/lib/model/registrations/health'
import {
  type Registration,
  type RegistrationPart,
  type RegistrationSummary,
  registrationName,
  whatInWords,
} from '@/lib/model/registrations/registration'
import type { RegistrationObservation } from '@/lib/model/registrations/registration-observation'
import { registrationIdentity } from './identity'

/** A registration on one shard, and how fast its counters grow there. */
export interface ShardView {
  readonly shard: string
  readonly registration: ShardRegistration
  readonly rates: Counters | undefined
  /** 1.0: a success was seen since its last error, which it keeps anyway. */
  readonly errorIsPast: boolean
  readonly health: RegistrationHealth
}

export interface MergeContext {
  readonly key: string
  /** Keys of all masters. */
  readonly shards: readonly string[]
  /** Those whose last poll failed: what they said before still counts, as old. */
  readonly silent: ReadonlySet<string>
  /** Cluster mode before RG.REFRESHCLUSTER: the registration is this shard's alone. */
  readonly ownShardOnly: boolean
  readonly observed: RegistrationObservation
  readonly health: RegistrationHealth
  /** INFO's `run_id` of the shard that handed out its id; null while that is not known. */
  readonly runId: string | null
  readonly firstSeen: number
  readonly lastSeen: number
}

/** The id says that the shard did not know its cluster when it handed it out: another shard's equal id is another registration. */
export const isShardsOwn = (id: string, cluster: boolean): boolean => cluster && id.startsWith(NO_SHARD)

const GRAVEST_FIRST = every<StreamStatus>()(['ABORTED', 'WAITING_FOR_RETRY_ON_FAILURE', 'PAUSED', 'OK'])

function partOf({ shard, registration, rates, errorIsPast, health }: ShardView, silent: boolean): RegistrationPart {
  const stream = registration.reader === 'StreamReader' ? registration : undefined
  return {
    shard,
    counters: registration.counters,
    // Its growth before it fell silent is not the current rate.
    rates: silent ? null : (rates ?? null),
    durations: registration.durations,
    lag: stream?.lag ?? null,
    status: stream?.status ?? null,
    lastError: registration.lastError,
    errorIsPast,
    health,
  }
}

const totalOf = (counters: readonly Counters[]): Counters => counters.reduce(addCounters, ZERO_COUNTERS)

function averageOf(parts: readonly RegistrationPart[]): number | null {
  let totalMs = 0
  let finished = 0
  for (const { durations, counters } of parts) {
    if (!durations) return null
    totalMs += durations.totalMs
    finished += counters.success + counters.failures + counters.aborted
  }
  return finished === 0 ? null : totalMs / finished
}

/** What is the same on every shard, tied to the reader. */
function identityOf(r: ShardRegistration) {
  const base = {
    id: r.id,
    description: r.description,
    mode: r.mode,
    privateData: r.privateData,
    threadPool: r.threadPool,
  }
  switch (r.reader) {
    case 'KeysReader':
      return { ...base, reader: r.reader, args: r.args }
    case 'StreamReader':
      return { ...base, reader: r.reader, args: r.args }
    case 'CommandReader':
      return { ...base, reader: r.reader, args: r.args }
  }
}

/** What 1.0 does not tell. */
const UNTOLD: ReadonlySet<string> = new Set(['trimStream', 'onFailedPolicy', 'retryIntervalS', 'inOrder', 'session'])

/** Shards with two versions of the module describe the same one in more or fewer fields: a missing field is no difference. */
function isAlike(a: ShardRegistration, b: ShardRegistration): boolean {
  if (a === b) return true
  const told = ({ reader, description, mode, args, privateData }: ShardRegistration) =>
    new Map<string, unknown>([
      ...Object.entries(args),
      ['reader', reader],
      ['description', description ?? ''],
      ['mode', mode],
      ['session', privateData?.session ?? null],
    ])
  const other = told(b)
  return [...told(a)].every(([name, value]) => {
    const theirs = other.get(name)
    const untold = UNTOLD.has(name) && (value === null || theirs === null)
    return untold || JSON.stringify(value) === JSON.stringify(theirs)
  })
}

/** Sums a registration over the shards that list it, with the parts kept. `views` is not empty: the first one gives the identity. */
export function mergeRegistration(
  views: readonly [ShardView, ...(readonly ShardView[])],
  around: MergeContext,
): Registration {
  const perShard = views.map((view) => partOf(view, around.silent.has(view.shard)))
  const heard = perShard.filter((part) => !around.silent.has(part.shard))
  const rates = heard.flatMap((part) => part.rates ?? [])
  const lags = perShard.flatMap((part) => (part.lag ? [part.lag.lastMs] : []))
  const concerned = around.ownShardOnly ? perShard.map((part) => part.shard) : around.shards
  const known = new Set(perShard.map((part) => part.shard))
  const summary: RegistrationSummary = {
    key: around.key,
    identity: registrationIdentity(
      around.runId,
      views.map(({ registration }) => registration),
    ),
    counters: totalOf(perShard.map((part) => part.counters)),
    rates: heard.length > 0 && rates.length === heard.length ? totalOf(rates) : null,
    averageMs: averageOf(perShard),
    lagMs: lags.length > 0 ? Math.max(...lags) : null,
    lastError: perShard.find((part) => part.lastError !== null)?.lastError ?? null,
    status: GRAVEST_FIRST.find((status) => perShard.some((part) => part.status === status)) ?? null,
    health: around.health,
    missingOn: concerned.filter((shard) => !known.has(shard) && !around.silent.has(shard)),
    coverage: { answered: concerned.filter((shard) => !around.silent.has(shard)).length, of: concerned.length },
    perShard,
    observed: around.observed,
    firstSeen: around.firstSeen,
    lastSeen: around.lastSeen,
  }
  const [{ registration }] = views
  const differsOn = views.flatMap(({ shard, registration: other }) =>
    isAlike(registration, other) ? [] : [{ shard, what: whatInWords(other) }],
  )
  const differs = differsOn.length > 0 ? { differsOn } : {}
  return { ...identityOf(registration), ...summary, ...differs, name: registrationName(registration) }
}
