import type { BlockOptions, CommandReply, PendingReply } from '../core'

export interface InternalBlockOptions extends BlockOptions {
  /** True for blocking commands such as BLPOP, which CLIENT UNBLOCK may end; commands of modules cannot be unblocked. */
  readonly unblockable?: boolean
}

/** A reply that will be sent later. */
export class BlockedReply implements PendingReply {
  waiting = true
  private readonly timer: { cancel(): void } | undefined

  /** `answer` sends the reply; it is called at most once. */
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

  /** Ends the wait without a result: with the reply of the timeout or of CLIENT UNBLOCK. */
  end(reply: CommandReply): void {
    if (!this.waiting) return
    this.options.onGone?.()
    this.reply(reply)
  }

  timeout(): void {
    this.end(this.options.onTimeout?.() ?? null)
  }

  /** Called when the client has disconnected. */
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

/** Used inside MULTI and scripts, where no reply can be sent later. */
export const REFUSED: PendingReply = { waiting: false, reply() {} }
