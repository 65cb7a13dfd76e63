import type { CommandContext } from '../context'
import { BLOCKED, type CommandOutcome, type CommandReply, NilArray } from '../core'
import type { KeyWaiter } from '../keyspace/key-waiters'

export interface WaitOptions {
  readonly keys: readonly string[]
  /** 0 means no timeout. */
  readonly timeoutMs: number
  /** The reply if the client may not block. */
  readonly denied: CommandReply
  /** Tries to serve the client from a key that became ready; undefined to continue waiting. */
  readonly attempt: (key: string) => CommandReply | undefined
}

/** Blocks the client until one of the keys serves it. At the timeout, the reply is the nil array. */
export function waitForKeys(context: CommandContext, options: WaitOptions): CommandOutcome {
  const { shard } = context
  if (!context.canBlock) return options.denied
  const pending = context.block({
    timeoutMs: options.timeoutMs,
    onTimeout: () => new NilArray(),
    onGone: () => shard.waiters.remove(waiter),
    unblockable: true,
  })
  const waiter: KeyWaiter = {
    db: context.db,
    keys: options.keys,
    attempt: options.attempt,
    reply: (reply) => pending.reply(reply),
    get waiting() {
      return pending.waiting
    },
  }
  shard.waiters.addWaiter(waiter)
  return BLOCKED
}
