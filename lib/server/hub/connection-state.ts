import type { Capability, ConnectionState, ConnectionStatus, HistoryState } from '@/lib/model/connection'
import type { ErrorBody } from '@/lib/model/errors'
import { NO_SHARD } from '@/lib/model/ids'
import type { ShardWatch } from './shard-watch'

/** What does not change while a connection lives. */
export type HubIdentity = Pick<ConnectionState, 'name' | 'address' | 'embedded' | 'readOnlyReason'>

interface Known {
  readonly identity: HubIdentity
  readonly watches: readonly ShardWatch[]
  /** Why the server could not be looked at as a whole. */
  readonly failure: ErrorBody | undefined
  readonly capability: Capability | null
  readonly history: HistoryState
  /** Questions for details a second. */
  readonly budgetPerS: number
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
  const status = statusOf(answered, watches.length, error)
  const times = watches.flatMap((watch) => watch.answeredAt ?? [])
  return {
    ...identity,
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

function statusOf(answered: number, masters: number, error: ErrorBody | undefined): ConnectionStatus {
  if (answered > 0) return answered === masters ? 'live' : 'partial'
  if (!error) return 'connecting'
  return error.code === 'module_missing' ? 'module_missing' : 'unreachable'
}

/** Every master knows its cluster; one that was not sent RG.REFRESHCLUSTER calls itself forty zeros. */
function initialised(watches: readonly ShardWatch[]): boolean {
  const looks = watches.flatMap((watch) => watch.look ?? [])
  return looks.length > 0 && looks.every((look) => look.cluster && look.gearsId !== NO_SHARD)
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
