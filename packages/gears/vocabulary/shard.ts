import type { ErrorBody } from './errors'

/** Inclusive range of hash slots. */
export type SlotRange = readonly [first: number, last: number]

/**
 * A master as Gearboard sees it. `key` names it everywhere (lists, per-shard parts, filters): the cluster node id,
 * or `standalone` when there is one server that is no cluster.
 */
export interface ShardRef {
  readonly key: string
  /** `host:port` as Gearboard reaches it. */
  readonly address: string
}

/** A copy of a master. It takes functions and registrations on itself alone (protocol 11.4): shown, never operated on. */
export interface Replica {
  /** `host:port` as it announced itself to its master. */
  readonly address: string
  /** Redis' own word: `online` once it has caught up, `wait_bgsave`, `send_bulk` before. */
  readonly state: string
  /** Since its last acknowledgement, s; null where the master does not tell. */
  readonly lagS: number | null
}

/** What one shard answered, or why it did not. */
export type ShardAnswer<T> =
  | { readonly shard: ShardRef; readonly value: T }
  | { readonly shard: ShardRef; readonly error: ErrorBody }

/** What RG.INFOCLUSTER lists for a node; only its first slot range (protocol 7). */
export interface ClusterNode {
  readonly id: string
  readonly ip: string
  readonly port: number
  readonly unixSocket: string | null
  readonly runId: string | null
  readonly minSlot: number
  readonly maxSlot: number
  /** Messages to that node which it has not acknowledged. */
  readonly pendingMessages: number | null
}

/** `undefined` nodes mean "no cluster mode": standalone, or a cluster before RG.REFRESHCLUSTER. */
export type ClusterInfo =
  | { readonly mode: 'none' }
  | {
      readonly mode: 'cluster'
      readonly myId: string
      readonly myRunId: string | null
      readonly nodes: readonly ClusterNode[]
    }
