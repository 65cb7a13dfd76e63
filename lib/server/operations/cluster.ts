import type { ActionReply } from '@/lib/api/action-reply'
import type { ClusterReply } from '@/lib/api/contract/cluster'
import type { ConnectionParts } from '../connection/connection-parts'
import { ageOf } from '../connection/page-reads'
import { ApiRefusal } from '../errors'
import { doneEverywhere } from './partial'

/** The shards, and the cluster as each of them sees it. @throws GearsError */
export async function cluster({ reads, hub }: ConnectionParts): Promise<ClusterReply> {
  const [views, claims] = await Promise.all([
    reads.clusterViews.read(),
    hub.clustered ? reads.ownSlots.read() : undefined,
  ])
  const { shardStates, connection } = hub.feed
  const { oldSlotMap } = connection
  return {
    cluster: hub.clustered,
    shards: shardStates,
    views: views.answers,
    ...(claims && { claims: claims.answers }),
    ...(claims ? ageOf(views, claims) : ageOf(views)),
    ...(oldSlotMap && { oldSlotMap }),
  }
}

/** Sends RG.REFRESHCLUSTER to every master that survives it. @throws ApiRefusal, GearsError */
export async function refreshCluster({ gears, hub, reads }: ConnectionParts): Promise<ActionReply> {
  if (hub.found?.cluster === false && !hub.clustered) {
    throw new ApiRefusal('invalid_request', 'This is not a cluster: there is nothing to refresh.')
  }
  const answers = await gears.refreshCluster().finally(() => reads.clusterChanged())
  await hub.pollNow()
  return doneEverywhere('Refreshed', answers)
}
