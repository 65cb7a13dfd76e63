import { steadyMs } from '../clock'
import { BlockedReply, type InternalBlockOptions, REFUSED } from './clients/blocked-reply'
import type { ClientSession } from './clients/client-session'
import type { CommandShard } from './command-shard'
import type { Client, Origin, PendingReply } from './core'
import type { Database } from './keys/database'
import type { Running } from './running'

/** The context of a running command. */
export class CommandContext implements Running {
  argv: readonly Buffer[] = []
  onAnswered: ((ms: number) => void) | undefined
  private pending: PendingReply | undefined

  constructor(
    readonly shard: CommandShard,
    readonly session: ClientSession,
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

  block(options: InternalBlockOptions = {}): PendingReply {
    if (!this.canBlock) return REFUSED
    const { shard, session } = this
    const since = steadyMs()
    const pending = new BlockedReply(
      options,
      (ms, task) => shard.timer(ms, task),
      (reply) => {
        shard.clients.unblock(session, reply)
        this.onAnswered?.(options.measured ? steadyMs() - since : 0)
      },
    )
    session.blocked = pending
    this.pending = pending
    return pending
  }

  get waiting(): boolean {
    return this.pending?.waiting ?? false
  }
}
