import type { ClusterInfo, ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import type { ShardState } from './shard'

/** What one shard's RG.INFOCLUSTER says about another, compared with what that other reports itself. */
export type NodeAgreement =
  | { readonly kind: 'itself' }
  | { readonly kind: 'agrees' }
  /** It counts slots as the other's that are not: an old map. */
  | { readonly kind: 'old'; readonly slots: number }
  | { readonly kind: 'unseen' }
  | { readonly kind: 'uninitialised' }
  | { readonly kind: 'silent' }

type ShardClusterInfo = ShardAnswer<ClusterInfo>

/** RG.INFOCLUSTER lists only a node's first slot range (protocol 7): it agrees when that lies within what the node holds. */
export function nodeAgreement(view: ShardClusterInfo, other: Pick<ShardState, 'key' | 'slots'>): NodeAgreement {
  if (view.shard.key === other.key) return { kind: 'itself' }
  if ('error' in view) return { kind: 'silent' }
  if (view.value.mode === 'none') return { kind: 'uninitialised' }
  const node = view.value.nodes.find(({ id }) => id === other.key)
  if (!node) return { kind: 'unseen' }
  const held = other.slots.reduce(
    (total, [first, last]) => total + Math.max(0, Math.min(last, node.maxSlot) - Math.max(first, node.minSlot) + 1),
    0,
  )
  const wrong = node.maxSlot - node.minSlot + 1 - held
  return wrong === 0 ? { kind: 'agrees' } : { kind: 'old', slots: wrong }
}

/** One shard's map against all others. */
export interface TopologyView {
  readonly view: ShardClusterInfo
  /** How many others it agrees with, of how many. */
  readonly agrees: number
  readonly of: number
  readonly differs: readonly { readonly key: string; readonly agreement: NodeAgreement }[]
}

/** Each view compared with what every other shard holds: those that differ the most come first. */
export const topologyViews = (
  views: readonly ShardClusterInfo[],
  shards: readonly Pick<ShardState, 'key' | 'slots'>[],
): readonly TopologyView[] =>
  views
    .map((view) => {
      const others = shards
        .map((shard) => ({ key: shard.key, agreement: nodeAgreement(view, shard) }))
        .filter(({ agreement }) => agreement.kind !== 'itself')
      const differs = others.filter(({ agreement }) => agreement.kind !== 'agrees')
      return { view, agrees: others.length - differs.length, of: others.length, differs }
    })
    .toSorted((a, b) => b.differs.length - a.differs.length)

/** Messages that other shards hold for this one, not yet acknowledged; null where none reports it. */
export function pendingFor(key: string, views: readonly ShardClusterInfo[]): number | null {
  const counts = views.flatMap((view) => {
    if ('error' in view || view.value.mode === 'none' || view.shard.key === key) return []
    const pending = view.value.nodes.find(({ id }) => id === key)?.pendingMessages
    return pending === null || pending === undefined ? [] : [pending]
  })
  return counts.length > 0 ? counts.reduce((a, b) => a + b, 0) : null
}

/** The run id that the shard reports about itself. */
export function runIdOf(key: string, views: readonly ShardClusterInfo[]): string | null {
  const own = views.find((view) => view.shard.key === key)
  return own && 'value' in own && own.value.mode === 'cluster' ? own.value.myRunId : null
}

/** The last RedisGears that RG.REFRESHCLUSTER crashes on Redis 7 and later (measured). */
const LAST_FATAL_GEARS = [1, 2, 5] as const

/** Why RG.REFRESHCLUSTER must not be sent to this cluster; undefined when it may. The server refuses it for the same reason. */
export function refreshBlocked({
  cluster,
  shards,
}: {
  readonly cluster: boolean
  readonly shards: readonly ShardState[]
}): string | undefined {
  if (!cluster) return 'This is not a cluster: there is nothing to refresh.'
  if (shards.every((shard) => shard.state === 'silent')) return 'No shard answers.'
  const fatal = shards.find(({ redisVersion, gearsVersion }) => {
    if (redisVersion === null || gearsVersion === null) return false
    return Number.parseInt(redisVersion, 10) >= 7 && notAfter(gearsVersion, LAST_FATAL_GEARS)
  })
  return (
    fatal &&
    `It would crash Redis ${fatal.redisVersion} with RedisGears ${fatal.gearsVersion}: upgrade RedisGears to 1.2.6 or later.`
  )
}

function notAfter(version: string, limit: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10))
  for (const [at, part] of limit.entries()) {
    const own = parts[at] ?? 0
    if (own !== part) return own < part
  }
  return true
}
