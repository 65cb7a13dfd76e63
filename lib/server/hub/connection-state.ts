import type { Capability, ConnectionState, ConnectionStatus, HistoryState } from '@/lib/model/connection'
import type { ErrorBody } from '@/lib/model/errors'
import { NO_SHARD } from '@/lib/model/ids'
import type { ShardWatch } from './shard-watch'

/** What does not change while a connection lives. */
export type HubIdentity = Pick<
  ConnectionState,
  'name' | 'address' | 'user' | 'embedded' | 'production' | 'readOnlyReason' | 'watchdogMs'
>

interface Known {
  readonly identity: HubIdentity
  readonly watches: readonly ShardWatch[]
  /** Why the server could not be looked at as a whole. */
  readonly failure: ErrorBody | undefined
  readonly capability: Capability | null
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
  history,
  budgetPerS,
  now,
}: Known): ConnectionState {
  const answered = watches.filter((watch) => watch.up).length
  const error = answered > 0 ? undefined : (failure ?? watches.find((watch) => watch.error)?.error)
  const silent = watches.filter((watch) => watch.error).length
  const status = statusOf({ answered, silent, masters: watches.length, error })
  const times = watches.flatMap((watch) => watch.answeredAt ?? [])
  return {
    ...identity,
    readOnlyReason: identity.readOnlyReason ?? replicaReason(watches),
    status,
    ...(error && { error }),
    capability:
      capability && status !== 'module_missing' ? { ...capability, clusterInitialised: initialised(watches) } : null,
    coverage: { answered, of: watches.length },
    history,
    answeredAt: times.length > 0 ? Math.max(...times) : null,
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
}

function statusOf({ answered, silent, masters, error }: Answers): ConnectionStatus {
  if (answered > 0) return answered === masters ? 'live' : silent > 0 ? 'partial' : 'connecting'
  if (!error) return 'connecting'
  return error.code === 'module_missing' ? 'module_missing' : 'unreachable'
}

/** Every master knows its cluster; one that was not sent RG.REFRESHCLUSTER calls itself forty zeros. */
function initialised(watches: readonly ShardWatch[]): boolean {
  const looks = watches.flatMap((watch) => watch.look ?? [])
  return looks.length > 0 && looks.every((look) => look.cluster && look.gearsId !== null && look.gearsId !== NO_SHARD)
}

/** A replica takes writes on itself alone and loses them (protocol 11.4). */
function replicaReason(watches: readonly ShardWatch[]): string | null {
  const replica = watches.find((watch) => watch.look?.role === 'replica')
  return replica
    ? `${replica.shard.address} is a replica: what is registered or unregistered there is on it alone, and lost. Connect to its master.`
    : null
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
