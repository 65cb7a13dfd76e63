import type { BlockOptions, CommandReply, PendingReply } from './core'

export interface InternalBlockOptions extends BlockOptions {
  /** CLIENT UNBLOCK reaches it: BLPOP and its kind, not modules. */
  readonly unblockable?: boolean
}

/** A reply that is still to come. */
export class BlockedReply implements PendingReply {
  waiting = true
  private readonly timer: { cancel(): void } | undefined

  /** `answer` sends the reply; it is called once at most. */
  constructor(
    private readonly options: InternalBlockOptions,
    timer: (ms: number, task: () => void) => { cancel(): void },
    private readonly answer: (reply: CommandReply) => void,
  ) {
    const { timeoutMs = 0 } = options
    if (timeoutMs > 0) this.timer = timer(timeoutMs, () => this.timeout())
  }

  get unblockable(): boolean {
    return this.options.unblockable === true
  }

  reply(reply: CommandReply): void {
    if (!this.waiting) return
    this.settle()
    this.answer(reply)
  }

  /** Answers what nobody provided: the timeout's reply, or CLIENT UNBLOCK's. */
  end(reply: CommandReply): void {
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
export const REFUSED: PendingReply = { waiting: false, reply() {} }
