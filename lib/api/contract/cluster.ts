import type { ClusterInfo, ShardAnswer, SlotRange } from '@gearboard/gears/vocabulary/shard'
import type { OldSlotMap, ReadAge, ShardState } from '@/lib/model/cluster/shard'
import type { ActionReply } from '../action-reply'
import { answers, endpoint } from '../endpoint'

export interface ClusterReply extends ReadAge {
  /** Redis Cluster is on at all. */
  readonly cluster: boolean
  readonly shards: readonly ShardState[]
  /** RG.INFOCLUSTER as each master sees it. */
  readonly views: readonly ShardAnswer<ClusterInfo>[]
  /** The slots that each master reports as its own: the slot map is one master's view of all. Absent outside a cluster. */
  readonly claims?: readonly ShardAnswer<readonly SlotRange[]>[]
  readonly oldSlotMap?: OldSlotMap
}

/** The shards as each sees the others. */
export const clusterEndpoints = {
  cluster: endpoint({
    method: 'GET',
    path: '/api/{connection}/cluster',
    access: 'read',
    summary: 'The shards and how each sees the cluster (RG.INFOCLUSTER)',
    reply: answers<ClusterReply>(),
  }),
  refreshCluster: endpoint({
    method: 'POST',
    action: 'Refresh cluster',
    confirm: 'connection',
    path: '/api/{connection}/cluster/refresh',
    access: 'operate',
    summary: 'Send RG.REFRESHCLUSTER to every master',
    reply: answers<ActionReply>(),
  }),
} as const
