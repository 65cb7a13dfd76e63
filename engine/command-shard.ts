import type { Clients } from './clients'
import type { RedisConfig } from './config'
import type { ShardApi } from './core'
import type { Dispatch } from './dispatch'
import type { KeyWaiters } from './key-waiters'
import type { SaveAtEnd, ShardData } from './messages'
import type { Monitors } from './monitors'
import type { PubSub } from './pubsub'
import type { Statistics } from './statistics'
import type { Keyspace } from './store/keyspace'
import type { User } from './users'
import type { Watches } from './watches'

/** A shard as Redis' own commands work on it: what Gears sees of it, and its parts. */
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
  /** Bytes that count as memory, and are none until they are used. */
  readonly reserved: number
  /** DEBUG RELOAD. */
  reload(): void
  /** SAVE. Without a folder to save in nothing is written, the clock moves. Throws `Refusal`. */
  save(): void
  /** SHUTDOWN: ends the whole engine, every shard saved first where `save` says so. */
  shutdown(save: SaveAtEnd): void
  /** PUBLISH: this shard's subscribers, and in a cluster every other shard's. Returns this shard's count. */
  publish(channel: Buffer, message: Buffer): number
}
