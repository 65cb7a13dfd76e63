import { type ByteWriter, ReplyBatch } from '../../wire/wire'
import { type CommandReply, Failure } from '../core'
import { encodeReply } from '../resp-encode'
import type { Statistics } from '../statistics'
import { type ClientSession, PUSH_LIMIT, wantsReply } from './client-session'

/** Replies for the main thread, encoded immediately and sent at the end of a turn. */
export class Outbox {
  private readonly batch = new ReplyBatch()

  constructor(
    private readonly statistics: Statistics,
    private readonly warn: (text: string) => void,
  ) {}

  /** Adds the reply that ends a command. */
  finish(session: ClientSession, reply: CommandReply): void {
    if (session.closing) return
    if (wantsReply(session)) this.addReply(session, 1, reply)
    else this.batch.addReply(session.id, 1, () => {})
  }

  /** Adds a message that is not a reply: pub/sub, MONITOR. Returns false if the client has too many of them unread. */
  push(session: ClientSession, reply: CommandReply): boolean {
    if (session.closing || !session.connected || session.replies === 'off') return true
    this.addReply(session, 0, reply)
    return session.unread <= PUSH_LIMIT
  }

  takeBatch(): ArrayBuffer | undefined {
    return this.batch.takeFrames()
  }

  private addReply(session: ClientSession, finished: number, reply: CommandReply): void {
    const bytes = this.batch.addReply(session.id, finished, (out) => this.encode(out, reply, session))
    session.unread += bytes
    this.statistics.output += bytes
  }

  /** A reply that cannot be encoded is a bug of the engine, and an error for one client only. */
  private encode(out: ByteWriter, reply: CommandReply, session: ClientSession): void {
    const start = out.length
    try {
      encodeReply(out, reply, session.protocol)
    } catch (error) {
      this.warn(`the reply of ${session.lastCommand} cannot be encoded: ${error}`)
      out.length = start
      encodeReply(out, new Failure(`ERR internal error in '${session.lastCommand}', see the engine's log`), 2)
    }
  }
}
