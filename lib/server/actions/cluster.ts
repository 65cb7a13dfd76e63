import type { ActionReply, ClusterReply } from '@/lib/api/contract'
import { commands } from '@/lib/gears'
import type { ConnectionParts } from '../connection-parts'
import { Refusal } from '../errors'
import { doneEverywhere } from './partial'

/** The shards, and the cluster as each of them sees it. @throws GearsError */
export async function cluster({ gears, hub }: ConnectionParts): Promise<ClusterReply> {
  const [views, claims] = await Promise.all([gears.infoCluster(), hub.clustered ? claimsOf(gears) : undefined])
  const { shardStates, connection } = hub.feed
  const { oldSlotMap } = connection
  return {
    cluster: hub.clustered,
    shards: shardStates,
    views,
    ...(claims && { claims }),
    ...(oldSlotMap && { oldSlotMap }),
  }
}

/** What others say of a shard may be older than what it says of itself: that it gave up slots is not passed on (measured on Redis 7.0). */
async function claimsOf(gears: ConnectionParts['gears']): Promise<ClusterReply['claims']> {
  const maps = await gears.everyShard(commands.clusterSlots)
  return maps.map((map) => {
    if ('error' in map) return map
    const own = map.value.filter(({ nodeId }) => nodeId === map.shard.key)
    return { shard: map.shard, value: own.map(({ slots }) => slots) }
  })
}

/** Sends RG.REFRESHCLUSTER to every master that survives it. @throws Refusal, GearsError */
export async function refreshCluster({ gears, hub }: ConnectionParts): Promise<ActionReply> {
  if (hub.found?.cluster === false && !hub.clustered) {
    throw new Refusal('invalid_request', 'This server is no cluster: there is nothing to refresh.')
  }
  const answers = await gears.refreshCluster()
  await hub.nudge()
  return doneEverywhere('Refreshed', answers)
}
