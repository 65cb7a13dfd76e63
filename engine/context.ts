import { BlockedReply, type InternalBlockOptions, REFUSED } from './blocked-reply'
import type { Client, Context, Origin, Pending } from './core'
import type { LocalShard } from './local-shard'
import type { Session } from './session'
import type { Database } from './store/database'

/** What a running command sees. */
export class CommandContext implements Context {
  argv: readonly Buffer[] = []

  constructor(
    readonly shard: LocalShard,
    readonly session: Session,
    public db: number,
    readonly origin: Origin,
  ) {}

  get client(): Client | undefined {
    return this.session.connected ? this.session : undefined
  }

  /** The selected database. */
  get keys(): Database {
    return this.shard.keyspace.at(this.db)
  }

  get resp3(): boolean {
    return this.session.protocol === 3
  }

  get canBlock(): boolean {
    return this.origin === 'client' && this.session.connected
  }

  block(options: InternalBlockOptions = {}): Pending {
    if (!this.canBlock) return REFUSED
    const { shard, session } = this
    const pending = new BlockedReply(
      options,
      (ms, task) => shard.timer(ms, task),
      (reply) => shard.clients.unblock(session, reply),
    )
    session.blocked = pending
    return pending
  }
}
