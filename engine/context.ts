import type { BlockOptions, Client, Context, Origin, Pending, Reply } from './core'
import type { LocalShard } from './local-shard'
import type { Session } from './session'
import type { Database } from './store/database'

export interface InternalBlockOptions extends BlockOptions {
  /** CLIENT UNBLOCK reaches it: BLPOP and its kind, not modules. */
  readonly unblockable?: boolean
}

/** A reply that is still to come. */
export class BlockedReply implements Pending {
  waiting = true
  private timer: { cancel(): void } | undefined

  constructor(
    private readonly shard: LocalShard,
    readonly session: Session,
    private readonly options: InternalBlockOptions,
  ) {
    const { timeoutMs = 0, onTimeout } = options
    if (timeoutMs > 0) this.timer = shard.timer(timeoutMs, () => this.end(onTimeout?.() ?? null))
  }

  get unblockable(): boolean {
    return this.options.unblockable === true
  }

  reply(reply: Reply): void {
    if (!this.waiting) return
    this.settle()
    this.shard.unblock(this.session, reply)
  }

  /** Answers what nobody provided: the timeout's reply, or CLIENT UNBLOCK's. */
  end(reply: Reply): void {
    if (!this.waiting) return
    this.options.onGone?.()
    this.reply(reply)
  }

  timeout(): void {
    this.end(this.options.onTimeout?.() ?? null)
  }

  /** The client left. */
  gone(): void {
    if (!this.waiting) return
    this.settle()
    this.options.onGone?.()
  }

  private settle(): void {
    this.waiting = false
    this.timer?.cancel()
  }
}

/** Inside MULTI and scripts nothing can be answered later. */
const REFUSED: Pending = { waiting: false, reply() {} }

/** What a running command sees. */
export class CommandContext implements Context {
  blocking = false
  argv: readonly Buffer[] = []
  /** What a hook's filter or the command itself wants sent before the reply. */
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
    this.blocking = true
    if (!this.canBlock) return REFUSED
    const pending = new BlockedReply(this.shard, this.session, options)
    this.session.blocked = pending
    return pending
  }
}
