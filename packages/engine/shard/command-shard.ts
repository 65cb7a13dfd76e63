import type { SaveAtEnd, ShardData } from '../wire/messages'
import type { Clients } from './clients/clients'
import type { Monitors } from './clients/monitors'
import type { PubSub } from './clients/pubsub'
import type { User } from './clients/users'
import type { Watches } from './clients/watches'
import type { ShardApi } from './core'
import type { Dispatch } from './dispatch'
import type { Keyspace } from './keys/keyspace'
import type { KeyWaiters } from './keyspace/key-waiters'
import type { RedisConfig } from './redis-config'
import type { Statistics } from './statistics'

/** A shard as Redis's own commands see it: what Gears sees, and the shard's parts. */
export interface CommandShard extends ShardApi {
  readonly data: ShardData
  readonly runId: string
  readonly config: RedisConfig
  readonly users: Map<string, User>
  readonly keyspace: Keyspace
  readonly dispatch: Dispatch
  readonly clients: Clients
  readonly statistics: Statistics
  readonly watches: Watches
  readonly pubsub: PubSub
  readonly monitors: Monitors
  readonly waiters: KeyWaiters
  readonly infoSections: readonly { readonly name: string; readonly text: () => string }[]
  activeExpiry: boolean
  /** Reserved address space, which counts as memory although it is not in use. */
  readonly reserved: number
  /** Implements DEBUG RELOAD. */
  reload(): void
  /** Implements SAVE. Without a folder it writes no file and only sets the time of the last save. Throws `CommandError`. */
  save(): void
  /** Implements SHUTDOWN: ends the whole engine, after each shard has saved if `save` says so. */
  shutdown(save: SaveAtEnd): void
  /** Implements PUBLISH to this shard's subscribers and, in a cluster, to those of every other shard. Returns this shard's count. */
  publish(channel: Buffer, message: Buffer): number
}
