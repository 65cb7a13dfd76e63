import { steadyMs } from '../../clock'
import type { Client, CommandSpec } from '../core'
import type { BlockedReply } from './blocked-reply'
import type { User } from './users'

/** A command queued for EXEC. */
interface Queued {
  readonly spec: CommandSpec
  readonly argv: readonly Buffer[]
}

export interface Transaction {
  readonly queue: Queued[]
  /** A command was refused while queueing, so EXEC aborts. */
  failed: boolean
}

/** A watched key, and whether it did not exist (or had expired) when WATCH was called. */
export interface WatchedKey {
  readonly db: number
  readonly key: string
  readonly missing: boolean
}

/** Above this many bytes of unread replies, the client's next command waits. */
const THROTTLE = 16 * 1024 * 1024
/** Above this many bytes of unread messages, the client is disconnected (Redis: client-output-buffer-limit pubsub 32mb). */
export const PUSH_LIMIT = 32 * 1024 * 1024

/** The session of a connection, or of the nameless client for which Python and scripts run commands. */
export class ClientSession implements Client {
  protocol: 2 | 3 = 2
  db = 0
  name = ''
  /** On the monotonic clock, like `activeAt`. */
  readonly createdAt = steadyMs()
  activeAt = steadyMs()
  lastCommand = 'NULL'
  transaction: Transaction | undefined
  readonly watched = new Map<string, WatchedKey>()
  /** A watched key has changed. */
  dirty = false
  readonly channels = new Set<string>()
  readonly patterns = new Set<string>()
  readonly shardChannels = new Set<string>()
  monitor = false
  noEvict = false
  replies: 'on' | 'off' = 'on'
  skip: 'none' | 'next' | 'this' = 'none'
  blocked: BlockedReply | undefined
  /** One of its commands waits for the server lock. */
  held = false
  /** It is being disconnected; further commands are ignored. */
  closing = false
  readonly backlog: (readonly Buffer[])[] = []
  /**
   * A command of this client is running. While Python runs inside it, the shard may serve other clients but not this client's next command.
   */
  performing = false
  /** Bytes of replies that were sent to the main thread and that the socket has not taken. */
  unread = 0

  constructor(
    readonly id: number,
    public user: User,
    public authenticated: boolean,
    readonly address: string,
    readonly local: string,
    /** False for the nameless client, which gets no replies and never blocks. */
    readonly connected: boolean,
  ) {}

  get throttled(): boolean {
    return this.unread > THROTTLE
  }

  /** Whether its next command must wait. */
  get waiting(): boolean {
    return this.blocked !== undefined || this.held || this.throttled
  }

  get subscriptions(): number {
    return this.channels.size + this.patterns.size
  }

  get subscribed(): boolean {
    return this.subscriptions + this.shardChannels.size > 0
  }
}

/** Whether CLIENT REPLY lets this reply be sent. Also advances SKIP. */
export function wantsReply(session: ClientSession): boolean {
  if (session.replies === 'off') return false
  if (session.skip === 'none') return true
  session.skip = session.skip === 'next' ? 'this' : 'none'
  return false
}
