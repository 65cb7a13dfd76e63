import { aclLines, type Gears } from '@gearboard/gears'
import type { Capability } from '@gearboard/gears/vocabulary/capability'
import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import { refusalOf } from '@gearboard/gears/vocabulary/server-refusal'
import { plural } from '@gearboard/gears/vocabulary/text'
import type {
  ConnectionState,
  ConnectionStatus,
  EngineState,
  HistoryState,
  NamedMasters,
  SentinelView,
} from '@/lib/model/connection/connection'
import { briefly } from '../errors'
import type { PolledShard } from './poll/polled-shard'

/** What does not change while a connection lives. */
export type HubIdentity = Pick<
  ConnectionState,
  | 'name'
  | 'label'
  | 'origin'
  | 'colour'
  | 'labels'
  | 'note'
  | 'address'
  | 'user'
  | 'embedded'
  | 'production'
  | 'readOnlyReason'
  | 'watchdogMs'
  | 'ignoredDatabase'
>

/** `heardAt`: when that was reported, on the steady clock, ms. */
export interface ReportedEngine {
  readonly state: EngineState
  readonly heardAt: number
}

interface ConnectionFacts {
  readonly identity: HubIdentity
  readonly polledShards: readonly PolledShard[]
  /** Why the server could not be looked at as a whole. */
  readonly failure: ErrorBody | undefined
  readonly capability: Capability | null
  /** Whether it was tried to learn what the server is. */
  readonly identified: boolean
  /** Our clock, ms: the last answer of any master, of those too that are none any longer. */
  readonly answeredAt: number | null
  /** What hides a cluster. */
  readonly endpoint?: string | undefined
  /** The masters are those of an earlier slot map. */
  readonly oldMap?: Gears['oldMap']
  /** Who answers and names the masters. */
  readonly namedBy?: string | undefined
  /** The master that sentinels are asked for, and the last failover that was seen. */
  readonly sentinel?: Pick<SentinelView, 'master' | 'moved'> | undefined
  /** The process of the embedded RedisGears, where it is reported. */
  readonly engine?: ReportedEngine | undefined
  readonly history: HistoryState
  /** Questions for details a second. */
  readonly budgetPerS: number
  /** On the steady clock, ms. */
  readonly now: number
}

/** How a connection is, from how its shards are. */
export function connectionState({
  identity,
  polledShards,
  failure,
  capability,
  identified,
  answeredAt,
  endpoint,
  oldMap,
  namedBy,
  sentinel,
  engine,
  history,
  budgetPerS,
  now,
}: ConnectionFacts): ConnectionState {
  const answered = polledShards.filter((polled) => polled.up).length
  const errors = polledShards.flatMap((polled) => polled.error ?? [])
  const named = answered > 0 ? undefined : namedMasters(polledShards, namedBy)
  const telling = answered > 0 ? undefined : tellingOf([...(failure ? [failure] : []), ...errors])
  const error = telling && named && !refusalOf(telling) ? unreachedError(telling, named, sentinel) : telling
  const oldSlotMap = answered > 0 && polledShards.some(({ shard }) => shard.nodeId !== null) ? oldMap : undefined
  const answers = { answered, silent: errors.length, masters: polledShards.length, error, identified }
  const status = answered === 0 && isStarting(engine, now) ? 'starting' : statusOf(answers)
  const forbidden = errors
    .concat(failure ?? [], oldSlotMap?.error ?? [])
    .some(({ refusal }) => refusal === 'permission')
  return {
    ...identity,
    ...(engine && { engine: engine.state }),
    readOnlyReason: identity.readOnlyReason ?? replicaReason(polledShards),
    status,
    ...(error && { error: briefly(error) }),
    ...(forbidden && { acl: aclLines(identity.user ?? 'default', capability) }),
    ...(endpoint !== undefined && { endpoint }),
    ...(oldSlotMap && { oldSlotMap: { ...oldSlotMap, error: briefly(oldSlotMap.error.toJSON()) } }),
    ...(sentinel && {
      sentinel: {
        ...sentinel,
        address: polledShards[0]?.shard.address ?? null,
        by: namedBy ?? null,
        ...(oldMap && { error: briefly(oldMap.error.toJSON()) }),
      },
    }),
    ...(named && { named }),
    capability:
      capability && status !== 'module_missing'
        ? { ...capability, clusterInitialised: initialised(polledShards) ?? capability.clusterInitialised }
        : null,
    coverage: { answered, of: polledShards.length },
    history,
    answeredAt,
    ...(polledShards.length > 0 && {
      details: {
        budgetPerS,
        queued: total(polledShards.map((polled) => polled.queue.unanswered)),
        skippedLastMinute: total(polledShards.map((polled) => polled.queue.skippedLastMinute(now))),
      },
    }),
  }
}

/** An engine that says it is ready is asked again within this, ms. */
const READY_MS = 5000

const isStarting = (engine: ReportedEngine | undefined, now: number): boolean =>
  engine?.state.state === 'starting' || (engine?.state.state === 'ready' && now - engine.heardAt < READY_MS)

interface Answers {
  readonly answered: number
  readonly silent: number
  readonly masters: number
  readonly error: ErrorBody | undefined
  readonly identified: boolean
}

/** Up to this many masters are named one by one. */
const MASTERS_TOLD = 8

/** Undefined where who named them is one of them, and silent itself by now. */
function namedMasters(polledShards: readonly PolledShard[], by: string | undefined): NamedMasters | undefined {
  const silent = polledShards.flatMap(({ shard: { address }, error }) =>
    error ? [{ address, message: briefly(error).message }] : [],
  )
  if (by === undefined || silent.length === 0 || silent.length < polledShards.length) return undefined
  if (silent.some(({ address }) => address === by)) return undefined
  return { by, of: silent.length, masters: silent.slice(0, MASTERS_TOLD) }
}

/** “Nothing answers” would be untrue: a server answers, and names others that do not. */
function unreachedError(
  error: ErrorBody,
  { by, of, masters }: NamedMasters,
  sentinel: ConnectionFacts['sentinel'],
): ErrorBody {
  if (error.code === 'module_missing') return error
  const reasons = masters.map(({ address, message }) => `${address}: ${message}`).join('; ')
  const message = sentinel
    ? `${by} answers and reports the master ${JSON.stringify(sentinel.master)}, which does not answer (${reasons})`
    : `${by} answers and lists ${plural(of, 'shard')} of the cluster; none of them answers at its announced address (${reasons})`
  return { ...error, message }
}

/** What one server replied says more than the silence of another. */
const tellingOf = (errors: readonly ErrorBody[]): ErrorBody | undefined => errors.find(refusalOf) ?? errors[0]

function statusOf({ answered, silent, masters, error, identified }: Answers): ConnectionStatus {
  if (answered > 0 && !identified) return 'connecting'
  if (answered > 0) return answered === masters ? 'live' : silent > 0 ? 'partial' : 'connecting'
  if (!error) return 'connecting'
  if (error.code === 'module_missing') return 'module_missing'
  return refusalOf(error) ? 'refused' : 'unreachable'
}

/** Every master knows its cluster; one that was not sent RG.REFRESHCLUSTER calls itself forty zeros. Undefined where none reported it. */
function initialised(polledShards: readonly PolledShard[]): boolean | undefined {
  const snapshots = polledShards.flatMap(({ snapshot }) => (snapshot && snapshot.gearsId !== null ? [snapshot] : []))
  return snapshots.length > 0
    ? snapshots.every((snapshot) => snapshot.cluster && snapshot.gearsId !== NO_SHARD)
    : undefined
}

/** A replica takes writes on itself alone and loses them (protocol 11.4). */
function replicaReason(polledShards: readonly PolledShard[]): string | null {
  const replica = polledShards.find((polled) => polled.snapshot?.role === 'replica')
  return replica
    ? `${replica.shard.address} is a replica: registrations there stay on it alone and are lost. Connect to its master.`
    : null
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
