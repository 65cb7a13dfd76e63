import { aclLines, type Gears } from '@/lib/gears'
import type { Capability, ConnectionState, ConnectionStatus, HistoryState } from '@/lib/model/connection'
import type { ErrorBody } from '@/lib/model/errors'
import { NO_SHARD } from '@/lib/model/ids'
import { refusalOf } from '@/lib/model/server-refusal'
import type { ShardWatch } from './shard-watch'

/** What does not change while a connection lives. */
export type HubIdentity = Pick<
  ConnectionState,
  'name' | 'address' | 'user' | 'embedded' | 'production' | 'readOnlyReason' | 'watchdogMs' | 'ignoredDatabase'
>

interface Known {
  readonly identity: HubIdentity
  readonly watches: readonly ShardWatch[]
  /** Why the server could not be looked at as a whole. */
  readonly failure: ErrorBody | undefined
  readonly capability: Capability | null
  /** Whether it was tried to learn what the server is. */
  readonly identified: boolean
  /** Our clock, ms: the last answer of any master, of those too that are none any more. */
  readonly answeredAt: number | null
  /** What hides a cluster. */
  readonly endpoint?: string | undefined
  /** The masters are those of an earlier slot map. */
  readonly oldMap?: Gears['oldMap']
  readonly history: HistoryState
  /** Questions for details a second. */
  readonly budgetPerS: number
  /** On the steady clock, ms. */
  readonly now: number
}

/** How a connection is, from how its shards are. */
export function connectionState({
  identity,
  watches,
  failure,
  capability,
  identified,
  answeredAt,
  endpoint,
  oldMap,
  history,
  budgetPerS,
  now,
}: Known): ConnectionState {
  const answered = watches.filter((watch) => watch.up).length
  const errors = watches.flatMap((watch) => watch.error ?? [])
  const error = answered > 0 ? undefined : tellingOf([...(failure ? [failure] : []), ...errors])
  const oldSlotMap = answered > 0 && watches.some(({ shard }) => shard.nodeId !== null) ? oldMap : undefined
  const status = statusOf({ answered, silent: errors.length, masters: watches.length, error, identified })
  const forbidden = errors
    .concat(failure ?? [], oldSlotMap?.error ?? [])
    .some(({ refusal }) => refusal === 'permission')
  return {
    ...identity,
    readOnlyReason: identity.readOnlyReason ?? replicaReason(watches),
    status,
    ...(error && { error }),
    ...(forbidden && { acl: aclLines(identity.user ?? 'default', capability) }),
    ...(endpoint !== undefined && { endpoint }),
    ...(oldSlotMap && { oldSlotMap: { ...oldSlotMap, error: oldSlotMap.error.toJSON() } }),
    capability:
      capability && status !== 'module_missing'
        ? { ...capability, clusterInitialised: initialised(watches) ?? capability.clusterInitialised }
        : null,
    coverage: { answered, of: watches.length },
    history,
    answeredAt,
    ...(watches.length > 0 && {
      details: {
        budgetPerS,
        queued: total(watches.map((watch) => watch.queue.size)),
        skippedLastMinute: total(watches.map((watch) => watch.queue.skippedLastMinute(now))),
      },
    }),
  }
}

interface Answers {
  readonly answered: number
  readonly silent: number
  readonly masters: number
  readonly error: ErrorBody | undefined
  readonly identified: boolean
}

/** What a server said tells more than that another one was silent. */
const tellingOf = (errors: readonly ErrorBody[]): ErrorBody | undefined => errors.find(refusalOf) ?? errors[0]

function statusOf({ answered, silent, masters, error, identified }: Answers): ConnectionStatus {
  if (answered > 0 && !identified) return 'connecting'
  if (answered > 0) return answered === masters ? 'live' : silent > 0 ? 'partial' : 'connecting'
  if (!error) return 'connecting'
  if (error.code === 'module_missing') return 'module_missing'
  return refusalOf(error) ? 'refused' : 'unreachable'
}

/** Every master knows its cluster; one that was not sent RG.REFRESHCLUSTER calls itself forty zeros. Undefined where none told. */
function initialised(watches: readonly ShardWatch[]): boolean | undefined {
  const looks = watches.flatMap(({ look }) => (look && look.gearsId !== null ? [look] : []))
  return looks.length > 0 ? looks.every((look) => look.cluster && look.gearsId !== NO_SHARD) : undefined
}

/** A replica takes writes on itself alone and loses them (protocol 11.4). */
function replicaReason(watches: readonly ShardWatch[]): string | null {
  const replica = watches.find((watch) => watch.look?.role === 'replica')
  return replica
    ? `${replica.shard.address} is a replica: what is registered or unregistered there is on it alone, and lost. Connect to its master.`
    : null
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
