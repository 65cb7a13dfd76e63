import { formatCount, listInWords, plural } from './format'
import type { ClusterInfo, ShardAnswer, ShardState } from './shard'
import { shardName, slotCount } from './shard-order'
import { SLOTS } from './slots'

/** What one shard's RG.INFOCLUSTER says of another, held against what that other holds itself. */
export type Sight =
  | { readonly kind: 'itself' }
  | { readonly kind: 'agrees' }
  /** It counts slots as the other's that are not: an old map. */
  | { readonly kind: 'old'; readonly slots: number }
  | { readonly kind: 'unseen' }
  | { readonly kind: 'uninitialised' }
  | { readonly kind: 'silent' }

type View = ShardAnswer<ClusterInfo>

/** RG.INFOCLUSTER lists only a node's first slot range (protocol 7): it agrees when that lies within what the node holds. */
export function sightOf(view: View, other: Pick<ShardState, 'key' | 'slots'>): Sight {
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

/** Messages that other shards hold for this one, not yet acknowledged; null where nobody tells. */
export function pendingFor(key: string, views: readonly View[]): number | null {
  const counts = views.flatMap((view) => {
    if ('error' in view || view.value.mode === 'none' || view.shard.key === key) return []
    const pending = view.value.nodes.find(({ id }) => id === key)?.pendingMessages
    return pending === null || pending === undefined ? [] : [pending]
  })
  return counts.length > 0 ? counts.reduce((a, b) => a + b, 0) : null
}

/** The run id that the shard tells of itself. */
export function runIdOf(key: string, views: readonly View[]): string | null {
  const own = views.find((view) => view.shard.key === key)
  return own && 'value' in own && own.value.mode === 'cluster' ? own.value.myRunId : null
}

export interface ClusterDiagnosis {
  readonly tone: 'ok' | 'warning' | 'failed'
  readonly headline: string
  readonly second: string
  /** Why a refresh would help here, for the banner that offers it. */
  readonly remedy: { readonly title: string; readonly text: string } | null
}

interface Facts {
  /** Redis Cluster is on. */
  readonly cluster: boolean
  readonly shards: readonly ShardState[]
  readonly views: readonly View[]
}

/** The cluster's state in words, its gravest trouble first. */
export function diagnoseCluster({ cluster, shards, views }: Facts): ClusterDiagnosis {
  const name = (key: string) => shardName(key, shards)
  const silent = shards.filter((shard) => shard.state === 'silent')
  const answering = shards.length - silent.length
  if (!cluster) return standalone(shards, silent.length > 0)

  const blind = views.filter((view) => 'value' in view && view.value.mode === 'none')
  const old = views.filter((view) => shards.some((shard) => ['old', 'unseen'].includes(sightOf(view, shard).kind)))
  const uncovered = SLOTS - shards.reduce((total, shard) => total + slotCount(shard.slots), 0)
  const second = `${formatCount(SLOTS - uncovered)} of ${formatCount(SLOTS)} slots are covered; ${answering} of ${plural(shards.length, 'shard')} answer.`

  if (silent.length > 0) {
    return {
      tone: 'failed',
      headline: `Shard${silent.length === 1 ? '' : 's'} ${listInWords(silent.map(({ key }) => name(key)))} ${silent.length === 1 ? 'does' : 'do'} not answer.`,
      second: `${second} Executions that need ${silent.length === 1 ? 'it' : 'them'} wait until they idle out.`,
      remedy: null,
    }
  }
  if (blind.length > 0 && shards.length === 1) {
    return {
      tone: 'ok',
      headline: 'A cluster of one shard: RedisGears works as on a single server.',
      second: 'It says “no cluster mode” until there are two shards with slots.',
      remedy: null,
    }
  }
  if (blind.length > 0) {
    const all = blind.length === shards.length
    return {
      tone: 'failed',
      headline: all
        ? `RedisGears is not initialised on any of the ${shards.length} shards.`
        : `RedisGears is not initialised on ${listInWords(blind.map(({ shard }) => name(shard.key)))}.`,
      second,
      remedy: {
        title: 'It says “no cluster mode” although this is a cluster.',
        text: 'Until every shard has been refreshed, each works alone: runs see only its own keys, and ids are all zeros.',
      },
    }
  }
  if (old.length > 0) {
    const names = listInWords(old.map(({ shard }) => name(shard.key)))
    return {
      tone: 'warning',
      headline: `All ${shards.length} shards answer, but ${names} ${old.length === 1 ? 'holds' : 'hold'} an old slot map.`,
      second: 'Records of the slots that moved may be sent to the wrong shard; repartition steps wait for them.',
      remedy: {
        title: `${names} ${old.length === 1 ? 'has' : 'have'} not seen that slots or shards changed.`,
        text: 'A refresh makes every shard read the topology again.',
      },
    }
  }
  if (uncovered > 0) {
    return {
      tone: 'warning',
      headline: `${plural(uncovered, 'slot')} ${uncovered === 1 ? 'is' : 'are'} held by no shard that Gearboard sees.`,
      second,
      remedy: null,
    }
  }
  return { tone: 'ok', headline: `All ${shards.length} shards answer and agree on the slot map.`, second, remedy: null }
}

const standalone = (shards: readonly ShardState[], silent: boolean): ClusterDiagnosis =>
  silent
    ? {
        tone: 'failed',
        headline: 'The server does not answer.',
        second: `It is ${shards[0]?.address ?? 'unknown'}, no cluster.`,
        remedy: null,
      }
    : {
        tone: 'ok',
        headline: 'This is one server, no cluster.',
        second: 'Every key and every execution is on it; there is nothing to refresh.',
        remedy: null,
      }

/** The last RedisGears that RG.REFRESHCLUSTER crashes on Redis 7 and later (measured). */
const LAST_FATAL_GEARS = [1, 2, 5] as const

/** Why RG.REFRESHCLUSTER must not be sent to this cluster; undefined when it may. The server refuses it for the same reason. */
export function refreshBlocked({ cluster, shards }: Pick<Facts, 'cluster' | 'shards'>): string | undefined {
  if (!cluster) return 'This is no cluster: there is nothing to refresh.'
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
