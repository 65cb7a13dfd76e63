import type { BlockedReply } from './blocked-reply'
import { steadyMs } from './clock'
import type { Client, CommandReply, CommandSpec } from './core'
import type { User } from './users'

/** A command waiting for EXEC. */
export interface Queued {
  readonly spec: CommandSpec
  readonly argv: readonly Buffer[]
}

export interface Transaction {
  readonly queue: Queued[]
  /** A command was refused while queueing: EXEC aborts. */
  failed: boolean
}

/** A watched key, and whether it had expired already when WATCH looked. */
export interface WatchedKey {
  readonly db: number
  readonly key: string
  readonly missing: boolean
}

/** Unread replies beyond this hold back the client's next command … */
const THROTTLE = 16 * 1024 * 1024
/** … and messages it did not ask for, beyond this, end it (Redis: client-output-buffer-limit pubsub 32mb). */
export const PUSH_LIMIT = 32 * 1024 * 1024

/** One connection, or a nameless client on whose behalf Python and scripts run commands. */
export class ClientSession implements Client {
  protocol: 2 | 3 = 2
  db = 0
  name = ''
  libName = ''
  libVersion = ''
  /** On the steady clock, as `activeAt`. */
  readonly createdAt = steadyMs()
  activeAt = steadyMs()
  lastCommand = 'NULL'
  transaction: Transaction | undefined
  readonly watched = new Map<string, WatchedKey>()
  /** A watched key changed. */
  dirty = false
  readonly channels = new Set<string>()
  readonly patterns = new Set<string>()
  readonly shardChannels = new Set<string>()
  monitor = false
  noEvict = false
  noTouch = false
  replies: 'on' | 'off' = 'on'
  skip: 'none' | 'next' | 'this' = 'none'
  blocked: BlockedReply | undefined
  /** A command of its waits for the server lock. */
  held = false
  /** The pause of CLIENT PAUSE holds its next command. */
  closing = false
  readonly backlog: (readonly Buffer[])[] = []
  /** A command of this client is on the stack: Python inside it lets the shard serve others meanwhile, but not this one's next command. */
  performing = false
  /** Bytes of replies sent to the main thread and not yet taken by the socket. */
  unread = 0

  constructor(
    readonly id: number,
    public user: User,
    public authenticated: boolean,
    readonly address: string,
    readonly local: string,
    /** False for the nameless ones: no replies are sent, it never blocks. */
    readonly connected: boolean,
  ) {}

  get throttled(): boolean {
    return this.unread > THROTTLE
  }

  /** Its next command must wait. */
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

/** Whether this reply is to be sent, by CLIENT REPLY; moves SKIP on. */
export function wantsReply(session: ClientSession): boolean {
  if (session.replies === 'off') return false
  if (session.skip === 'none') return true
  session.skip = session.skip === 'next' ? 'this' : 'none'
  return false
}

export type Send = (session: ClientSession, reply: CommandReply) => void
