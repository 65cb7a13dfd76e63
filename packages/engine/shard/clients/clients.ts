import { steadyMs } from '../../clock'
import type { FromShard } from '../../wire/messages'
import { readRequests } from '../../wire/wire'
import { isHttp, touchesKeys } from '../command-table'
import { BLOCKED, type CommandReply, type CommandSpec, Failure, type Origin, Simple } from '../core'
import type { Dispatch } from '../dispatch'
import type { KeyspaceLock } from '../keyspace/keyspace-lock'
import type { Running } from '../running'
import type { Statistics } from '../statistics'
import { ClientSession } from './client-session'
import type { Monitors } from './monitors'
import { Outbox } from './outbox'
import type { PubSub } from './pubsub'
import { defaultUser, type User } from './users'
import type { Watches } from './watches'

const QUEUED = new Simple('QUEUED')
/** Commands that run immediately inside MULTI. */
const UNQUEUED = new Set('exec discard multi watch quit reset'.split(' '))

export interface ClientParts {
  readonly dispatch: Dispatch
  readonly lock: KeyspaceLock
  readonly monitors: Monitors
  readonly pubsub: PubSub
  readonly watches: Watches
  readonly users: ReadonlyMap<string, User>
  readonly statistics: Statistics
  readonly context: (session: ClientSession, origin: Origin) => Running
  readonly later: (task: () => void) => void
  readonly timer: (ms: number, task: () => void) => void
  /** Called between two commands. */
  readonly settle: () => void
  readonly post: (message: FromShard, transfer?: readonly ArrayBuffer[]) => void
  readonly warn: (text: string) => void
}

/** The connections of a shard. Runs their commands one after another, holds commands back where necessary, and sends replies. */
export class Clients {
  readonly sessions = new Map<number, ClientSession>()
  private readonly outbox: Outbox
  /** Commands that have arrived and not started; the first `arrivedAt` have been started. */
  private readonly arrived: { readonly conn: number; readonly argv: Buffer[] }[] = []
  private arrivedAt = 0
  /** Sessions whose next command waits for the server lock or the end of CLIENT PAUSE. */
  private readonly held = new Set<ClientSession>()
  private readonly resumable: ClientSession[] = []
  private pauseUntil = 0
  private pausedWritesOnly = false

  constructor(private readonly parts: ClientParts) {
    this.outbox = new Outbox(parts.statistics, parts.warn)
  }

  open(conn: number, address: string, local: string): void {
    const user = this.parts.users.get('default') ?? defaultUser('')
    this.parts.statistics.connections += 1
    this.sessions.set(conn, new ClientSession(conn, user, user.noPass && user.enabled, address, local, true))
  }

  /** Called when the socket has closed. */
  closed(conn: number): void {
    const session = this.sessions.get(conn)
    if (!session) return
    session.closing = true
    this.forget(session)
  }

  /** Called when the socket has taken `bytes` of replies. */
  drained(conn: number, bytes: number): void {
    const session = this.sessions.get(conn)
    if (!session) return
    session.unread -= bytes
    this.resumable.push(session)
    this.resume()
  }

  receiveRequests(batch: ArrayBuffer): void {
    readRequests(batch, (conn, argv) => this.arrived.push({ conn, argv }))
    this.takeArrived()
  }

  /**
   * A command that runs Python may serve the rest of its own batch. The batch is therefore kept here rather than in a loop below on the
   * stack.
   */
  takeArrived(): void {
    for (let item = this.arrived[this.arrivedAt]; item; item = this.arrived[this.arrivedAt]) {
      this.arrivedAt += 1
      if (this.arrivedAt === this.arrived.length) {
        this.arrived.length = 0
        this.arrivedAt = 0
      }
      const session = this.sessions.get(item.conn)
      if (!session || session.closing) continue
      session.backlog.push(item.argv)
      this.work(session)
    }
  }

  /** Sends a message that is not a reply: pub/sub, MONITOR. */
  push(session: ClientSession, reply: CommandReply): void {
    if (this.outbox.push(session, reply)) return
    this.parts.warn(`client ${session.id} closed: it does not read its messages`)
    this.disconnect(session, false)
  }

  /** Sends the reply to a client that was blocked. */
  unblock(session: ClientSession, reply: CommandReply): void {
    session.blocked = undefined
    this.outbox.finish(session, reply)
    this.resumable.push(session)
    this.parts.later(() => this.resume())
  }

  /** Ends a connection; with `flush`, sends its replies first. */
  disconnect(session: ClientSession, flush: boolean): void {
    if (session.closing) return
    session.closing = true
    this.flush()
    this.parts.post({ kind: 'close', conn: session.id, flush })
    this.forget(session)
  }

  admit(session: ClientSession, user: User): void {
    session.user = user
    session.authenticated = true
    this.parts.post({ kind: 'admit', conn: session.id })
  }

  /** Ends the connections that authenticated as a deleted user. */
  dropUser(user: User): void {
    for (const session of this.sessions.values()) if (session.user === user) this.disconnect(session, true)
  }

  /** Implements CLIENT PAUSE; 0 ends the pause. */
  pause(ms: number, writesOnly: boolean): void {
    this.pauseUntil = steadyMs() + ms
    this.pausedWritesOnly = writesOnly
    if (ms === 0) this.endPause()
    else this.parts.timer(ms, () => this.endPause())
  }

  /** Continues with commands that the server lock or a pause held back. */
  release(): void {
    if (this.held.size === 0 && this.resumable.length === 0) return
    for (const session of this.held) {
      session.held = false
      this.resumable.push(session)
    }
    this.held.clear()
    if (this.resumable.length > 0) this.parts.later(() => this.resume())
  }

  /** Hands the replies so far to the main thread. */
  flush(): void {
    const batch = this.outbox.takeBatch()
    if (batch) this.parts.post({ kind: 'replies', batch }, [batch])
  }

  private forget(session: ClientSession): void {
    if (!this.sessions.delete(session.id)) return
    session.blocked?.gone()
    session.blocked = undefined
    session.backlog.length = 0
    this.held.delete(session)
    this.parts.monitors.drop(session)
    this.parts.watches.drop(session)
    this.parts.pubsub.forget(session)
  }

  private resume(): void {
    for (let session = this.resumable.shift(); session; session = this.resumable.shift()) this.work(session)
  }

  /** Runs a client's commands in order, so that replies have the order of the requests. */
  private work(session: ClientSession): void {
    while (!session.performing && !session.waiting && !session.closing) {
      const argv = session.backlog.shift()
      if (!argv) return
      session.performing = true
      try {
        this.perform(session, argv)
      } finally {
        session.performing = false
      }
    }
  }

  private perform(session: ClientSession, given: readonly Buffer[]): void {
    const { dispatch } = this.parts
    session.activeAt = steadyMs()
    const context = this.parts.context(session, 'client')
    const argv = dispatch.rewrites ? this.rewrite(session, given) : given
    const found = dispatch.table.find(argv)
    if (found instanceof Failure) {
      if (isHttp(argv)) this.disconnect(session, false)
      else this.reject(session, found)
      return
    }
    if (this.mustWait(session, found)) {
      session.held = true
      session.backlog.unshift(given)
      this.held.add(session)
      return
    }
    session.lastCommand = found.name
    const refused = dispatch.refuse(context, found, argv)
    if (refused) {
      this.reject(session, refused)
      return
    }
    if (session.transaction && !UNQUEUED.has(found.name)) {
      session.transaction.queue.push({ spec: found, argv })
      this.outbox.finish(session, QUEUED)
      return
    }
    const outcome = dispatch.run(context, found, argv)
    if (outcome !== BLOCKED) this.outbox.finish(session, outcome)
    this.parts.settle()
  }

  private rewrite(session: ClientSession, given: readonly Buffer[]): readonly Buffer[] {
    const origin = session.transaction ? 'multi' : 'client'
    return this.parts.dispatch.rewrite(this.parts.context(session, origin), given)
  }

  private mustWait(session: ClientSession, spec: CommandSpec): boolean {
    if (this.parts.lock.held && touchesKeys(spec) && !session.transaction) return true
    if (this.pauseUntil === 0 || session.blocked) return false
    return !this.pausedWritesOnly || spec.flags.includes('write') || spec.name === 'exec' || spec.name === 'publish'
  }

  private endPause(): void {
    if (steadyMs() < this.pauseUntil) return
    this.pauseUntil = 0
    if (!this.parts.lock.held) this.release()
  }

  private reject(session: ClientSession, failure: Failure): void {
    if (session.transaction) session.transaction.failed = true
    this.parts.statistics.countError(failure)
    this.outbox.finish(session, failure)
  }
}
