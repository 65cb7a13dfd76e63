import type { ActionReply, ClusterReply } from '@/lib/api/contract'
import type { ConnectionParts } from '../connection-parts'
import { Refusal } from '../errors'
import { doneEverywhere } from './partial'

/** The shards, and the cluster as each of them sees it. @throws GearsError */
export async function cluster({ gears, hub }: ConnectionParts): Promise<ClusterReply> {
  const views = await gears.infoCluster()
  const { shardStates, connection } = hub.feed
  const { oldSlotMap } = connection
  return { cluster: hub.clustered, shards: shardStates, views, ...(oldSlotMap && { oldSlotMap }) }
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
