import { createHash } from 'node:crypto'
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { CommandTable, hasFlag, isHttp, keysOf, type Lookup, touchesKeys } from './command-table'
import { permissionError } from './commands/permissions'
import { Config } from './config'
import { CommandContext } from './context'
import {
  BLOCKED,
  type Client,
  type CommandSpec,
  type Context,
  Failure,
  type KeyEvent,
  type KeyView,
  type Origin,
  type Outcome,
  type PythonGate,
  type Reply,
  type Shard,
  type ShardInfo,
  Simple,
} from './core'
import { eventClass, published } from './key-events'
import { keySlot } from './key-slot'
import { KeyWaiters } from './key-waiters'
import type { FromShard, ShardData, ToShard } from './messages'
import { PeerLines } from './peer-lines'
import { PubSub } from './pubsub'
import { Refusal } from './refusal'
import { encodeReply } from './resp-encode'
import { PUSH_LIMIT, Session, wantsReply } from './session'
import { createGate } from './signals'
import { Slowlog } from './slowlog'
import { globMatch } from './store/glob'
import { Keyspace } from './store/keyspace'
import { HashValue, ListValue, ModuleValue, StringValue } from './store/values'
import { Timers } from './timers'
import { defaultUser, type User } from './users'
import { type ByteWriter, ReplyBatch, readRequests } from './wire'

/** What runs to its own shard's neighbours: Gears' messages and what the key space itself distributes. */
type PeerMessage =
  | { readonly kind: 'gears'; readonly message: unknown }
  | { readonly kind: 'publish'; readonly channel: Uint8Array; readonly message: Uint8Array }

const EXPIRE_CYCLE_MS = 100
const EXPIRE_BATCH = 1000
const SAMPLE_MS = 1000
const QUEUED = new Simple('QUEUED')
/** While subscribed in RESP2 a client may do no more. */
const PUBSUB_COMMANDS = new Set(
  'ping subscribe unsubscribe psubscribe punsubscribe ssubscribe sunsubscribe quit reset'.split(' '),
)
/** Run at once inside MULTI. */
const UNQUEUED = new Set('exec discard multi watch quit reset'.split(' '))

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A shard: key space, clients, and the commands between them. Runs in a worker thread of its own. */
export class LocalShard implements Shard {
  readonly self: ShardInfo
  readonly peers: readonly ShardInfo[]
  readonly clusterEnabled: boolean
  private readonly table = new CommandTable()
  readonly commands: Map<string, CommandSpec> = this.table.commands
  readonly keyspace: Keyspace
  readonly config: Config
  readonly python: PythonGate
  readonly pubsub: PubSub
  readonly waiters: KeyWaiters
  readonly users = new Map<string, User>()
  readonly sessions = new Map<number, Session>()
  readonly monitors = new Set<Session>()
  readonly infoSections: { readonly name: string; readonly text: () => string }[] = []
  readonly runId = createHash('sha1').update(`${Math.random()}${Date.now()}`).digest('hex')
  readonly counters = { commands: 0, connections: 0, dirty: 0, output: 0, errors: 0, perSecond: 0 }
  readonly errorCounts = new Map<string, number>()
  readonly slowlog = new Slowlog()
  /** Seconds since the epoch; SAVE moves it, though nothing is written. */
  savedAt = Math.floor(Date.now() / 1000)
  activeExpiry = true
  /** Inside EXEC or a script: keys that became ready are served when it ends. */
  private locks = 0
  private sampled = 0
  private depth = 0
  private current: CommandContext | undefined
  private readonly nobody: Session
  private readonly watchers = new Map<string, Set<Session>>()
  private readonly heldSessions = new Set<Session>()
  private readonly resumable: Session[] = []
  private readonly replies = new ReplyBatch()
  private readonly timers = new Timers(() => this.turn(() => this.timers.run()))
  private readonly tasks: (() => void)[] = []
  private tasksScheduled = false
  /** Commands handed over and not yet begun, from `arrivedAt` on. */
  private readonly arrived: { readonly conn: number; readonly argv: Buffer[] }[] = []
  private arrivedAt = 0
  private readonly keyListeners: ((event: KeyEvent, cause: Context | undefined) => void)[] = []
  private readonly rewriters: ((context: Context, argv: readonly Buffer[]) => readonly Buffer[] | undefined)[] = []
  private readonly filters: ((context: Context, argv: readonly Buffer[], reply: Reply) => Outcome)[] = []
  private readonly messageHandlers: ((from: number, message: unknown) => void)[] = []
  private readonly reloadHandlers: (() => void)[] = []
  private readonly lines: PeerLines<PeerMessage>
  private readonly keptValues: Map<string, unknown>
  private readonly port: MessagePort
  private pauseUntil = 0
  private pausedWritesOnly = false

  constructor(readonly data: ShardData) {
    const self = data.peers[data.index]
    if (!self) throw new Error(`no shard ${data.index} of ${data.peers.length}`)
    this.self = self
    this.peers = data.peers
    this.clusterEnabled = data.clusterEnabled
    this.port = data.port
    this.config = new Config(data)
    this.keptValues = new Map(data.kept)
    this.users.set('default', defaultUser(data.requirepass))
    this.nobody = new Session(0, defaultUser(''), true, '', '', false)
    this.pubsub = new PubSub((session, reply) => this.push(session, reply))
    this.waiters = new KeyWaiters(() => this.locks === 0)
    this.keyspace = new Keyspace({
      modified: (db, key) => this.modified(db, key),
      event: (db, event, key) => this.announce(db, event, key),
      ready: (db, key) => this.waiters.ready(db, key),
    })
    this.python = createGate(data.signals, () => this.serve())
    this.lines = new PeerLines(data.lines, (from, message) => this.turn(() => this.receivePeer(from, message)))
  }

  /** Listens; the main thread lets clients in. */
  open(): void {
    this.port.on('message', (message: ToShard) => this.turn(() => this.receive(message)))
    this.lines.listen()
    this.cycle()
    this.sample()
    this.post({ kind: 'ready' })
  }

  define(...specs: readonly CommandSpec[]): void {
    this.table.define(specs)
  }

  call(
    argv: readonly Buffer[],
    options: { readonly origin: Origin; readonly db?: number; readonly client?: Client },
  ): Reply {
    const session = options.client instanceof Session ? options.client : this.nobody
    const context = new CommandContext(this, session, options.db ?? session.db, options.origin)
    const outcome = this.runNested(context, argv)
    this.settle()
    return outcome
  }

  /** Runs a command of MULTI, a script or Python: checks of those contexts, no queueing. */
  runNested(context: CommandContext, given: readonly Buffer[]): Reply {
    const argv = context.origin === 'internal' || context.origin === 'multi' ? given : this.rewrite(context, given)
    const found = this.find(argv)
    if (found instanceof Failure) return found
    const refused = this.refuse(context, found, argv)
    if (refused) return refused
    const outcome = this.execute(context, found, argv)
    if (outcome !== BLOCKED) return outcome
    const where = context.origin === 'lua' ? 'Lua script' : 'transaction'
    return new Failure(`ERR Blocking module command called from ${where}`)
  }

  onKeyEvent(listener: (event: KeyEvent, cause: Context | undefined) => void): void {
    this.keyListeners.push(listener)
  }

  onCommand(rewrite: (context: Context, argv: readonly Buffer[]) => readonly Buffer[] | undefined): void {
    this.rewriters.push(rewrite)
  }

  onReply(filter: (context: Context, argv: readonly Buffer[], reply: Reply) => Outcome): void {
    this.filters.push(filter)
  }

  peek(db: number, key: Buffer): KeyView | undefined {
    const value = this.keyspace.at(db).peek(key.toString('latin1'))?.value
    if (!value) return undefined
    if (value instanceof StringValue) return { type: 'string', value: value.bytes }
    if (value instanceof ListValue) return { type: 'list', value: [...value.items] }
    if (value instanceof HashValue) {
      const fields = [...value.fields].map(([field, bytes]): [Buffer, Buffer] => [Buffer.from(field, 'latin1'), bytes])
      return { type: 'hash', value: fields }
    }
    return { type: value.type, value: undefined }
  }

  scan(cursor: string, pattern: Buffer | undefined, count: number): { cursor: string; keys: readonly Buffer[] } {
    const database = this.keyspace.at(0)
    const glob = pattern?.toString('latin1')
    const { next, keys } = database.scan(BigInt(cursor), count)
    const live = keys.filter((key) => (glob === undefined || globMatch(glob, key)) && database.peek(key))
    return { cursor: String(next), keys: live.map((key) => Buffer.from(key, 'latin1')) }
  }

  keySlot(key: Buffer): number {
    return keySlot(key)
  }

  send(to: number, message: unknown): void {
    this.sendPeer(to, { kind: 'gears', message })
  }

  onMessage(handler: (from: number, message: unknown) => void): void {
    this.messageHandlers.push(handler)
  }

  putModuleValue(db: number, key: Buffer, value: { readonly typeName: string; freed(): void }): void {
    const name = key.toString('latin1')
    const database = this.keyspace.at(db)
    database.put(name, new ModuleValue(value.typeName, () => value.freed()))
    database.modified(name)
  }

  addInfoSection(name: string, text: () => string): void {
    this.infoSections.push({ name, text })
  }

  log(level: 'debug' | 'verbose' | 'notice' | 'warning', text: string): void {
    if (this.config.logs(level)) this.post({ kind: 'log', level, text: text.slice(0, 16384) })
  }

  serve(): void {
    this.turn(() => {
      this.takeArrived()
      for (let item = receiveMessageOnPort(this.port); item; item = receiveMessageOnPort(this.port))
        this.receive(item.message)
      this.lines.drain((from, message) => this.receivePeer(from, message))
      this.timers.run()
      if (this.locks === 0) this.runTasks()
    })
  }

  later(task: () => void): void {
    this.tasks.push(task)
    if (this.tasksScheduled) return
    this.tasksScheduled = true
    setImmediate(() => {
      this.tasksScheduled = false
      this.turn(() => this.runTasks())
    })
  }

  timer(ms: number, task: () => void): { cancel(): void } {
    return this.timers.add(ms, task)
  }

  now(): number {
    return Date.now()
  }

  lock(): void {
    this.locks += 1
  }

  unlock(): void {
    this.locks -= 1
    if (this.locks > 0) return
    for (const session of this.heldSessions) {
      session.held = false
      this.resumable.push(session)
    }
    this.heldSessions.clear()
    if (this.resumable.length > 0) this.later(() => this.resume())
    this.settle()
  }

  keep(key: string, value: unknown): void {
    if (value === undefined) this.keptValues.delete(key)
    else this.keptValues.set(key, value)
    this.post({ kind: 'keep', key, value })
  }

  kept(key: string): unknown {
    return this.keptValues.get(key)
  }

  /** A command by its full lower-case name. */
  named(name: string): CommandSpec | undefined {
    return this.table.names.get(name)
  }

  /** Commands and subcommands by lower-case name. */
  get allNames(): ReadonlyMap<string, CommandSpec> {
    return this.table.names
  }

  resetStatistics(): void {
    Object.assign(this.counters, { commands: 0, connections: 0, output: 0, errors: 0, perSecond: 0 })
    this.sampled = 0
    Object.assign(this.keyspace.stats, { hits: 0, misses: 0, expired: 0 })
    this.errorCounts.clear()
  }

  /** SAVE and BGSAVE: nothing is written, the clock moves. */
  saved(): void {
    this.savedAt = Math.floor(Date.now() / 1000)
    this.counters.dirty = 0
  }

  /** SHUTDOWN: ends the whole engine. */
  shutdown(): void {
    this.post({ kind: 'shutdown' })
  }

  onReload(handler: () => void): void {
    this.reloadHandlers.push(handler)
  }

  reload(): void {
    for (const handler of this.reloadHandlers) handler()
  }

  /** The default user of requirepass, or the one a connection authenticated as, is gone: its connections end. */
  dropUser(user: User): void {
    for (const session of this.sessions.values()) if (session.user === user) this.disconnect(session, true)
  }

  /** Sends something that answers no command: pub/sub, MONITOR, invalidations. */
  push(session: Session, reply: Reply): void {
    if (session.closing || !session.connected || session.replies === 'off') return
    this.emit(session, 0, reply)
    if (session.unread > PUSH_LIMIT) {
      this.log('warning', `client ${session.id} closed: it does not read its messages`)
      this.disconnect(session, false)
    }
  }

  /** Ends a connection; `flush` sends first what it was answered. */
  disconnect(session: Session, flush: boolean): void {
    if (session.closing) return
    session.closing = true
    this.flush()
    this.post({ kind: 'close', conn: session.id, flush })
    this.forget(session)
  }

  admit(session: Session, user: User): void {
    session.user = user
    session.authenticated = true
    this.post({ kind: 'admit', conn: session.id })
  }

  /** CLIENT PAUSE. */
  pause(ms: number, writesOnly: boolean): void {
    this.pauseUntil = Date.now() + ms
    this.pausedWritesOnly = writesOnly
    if (ms === 0) {
      this.endPause()
      return
    }
    this.timer(ms, () => this.endPause())
  }

  unblock(session: Session, reply: Reply): void {
    session.blocked = undefined
    this.finish(session, reply)
    this.resumable.push(session)
    this.later(() => this.resume())
  }

  watch(session: Session, db: number, key: string): void {
    const id = `${db}:${key}`
    session.watched.set(id, { db, key, missing: !this.keyspace.at(db).peek(key) })
    const watching = this.watchers.get(id)
    if (watching) watching.add(session)
    else this.watchers.set(id, new Set([session]))
  }

  unwatch(session: Session): void {
    for (const id of session.watched.keys()) {
      const watching = this.watchers.get(id)
      watching?.delete(session)
      if (watching?.size === 0) this.watchers.delete(id)
    }
    session.watched.clear()
    session.dirty = false
  }

  /** PUBLISH: this shard's subscribers, and in a cluster every other shard's. Returns this shard's count. */
  publish(channel: Buffer, message: Buffer): number {
    for (const { index } of this.peers)
      if (index !== this.self.index) this.sendPeer(index, { kind: 'publish', channel, message })
    return this.pubsub.publish(channel, message)
  }

  /** The command `argv` names, its subcommand included; a failure in Redis's words where there is none. */
  find(argv: readonly Buffer[]): Lookup {
    return this.table.find(argv)
  }

  keysOf(spec: CommandSpec, argv: readonly Buffer[]): readonly Buffer[] {
    return keysOf(spec, argv)
  }

  /** A command that runs Python may serve the rest of its own batch: so the batch waits here, not in a loop below on the stack. */
  private takeArrived(): void {
    for (let item = this.arrived[this.arrivedAt]; item; item = this.arrived[this.arrivedAt]) {
      this.arrivedAt += 1
      if (this.arrivedAt === this.arrived.length) {
        this.arrived.length = 0
        this.arrivedAt = 0
      }
      const session = this.sessions.get(item.conn)
      if (session && !session.closing) this.handle(session, item.argv)
    }
  }

  private receive(message: ToShard): void {
    switch (message.kind) {
      case 'requests':
        readRequests(message.batch, (conn, argv) => this.arrived.push({ conn, argv }))
        this.takeArrived()
        return
      case 'open':
        this.welcome(message.conn, message.address, message.local)
        return
      case 'close': {
        const session = this.sessions.get(message.conn)
        if (!session) return
        session.closing = true
        this.forget(session)
        return
      }
      case 'drained': {
        const session = this.sessions.get(message.conn)
        if (!session) return
        session.unread -= message.bytes
        this.resumable.push(session)
        this.resume()
        return
      }
      case 'peer':
        this.lines.replace(message.line)
        return
    }
  }

  private welcome(conn: number, address: string, local: string): void {
    const user = this.users.get('default') ?? defaultUser('')
    this.counters.connections += 1
    this.sessions.set(conn, new Session(conn, user, user.noPass && user.enabled, address, local, true))
  }

  private forget(session: Session): void {
    if (!this.sessions.delete(session.id)) return
    session.blocked?.gone()
    session.blocked = undefined
    session.backlog.length = 0
    this.heldSessions.delete(session)
    this.monitors.delete(session)
    this.unwatch(session)
    this.pubsub.forget(session)
  }

  private handle(session: Session, argv: readonly Buffer[]): void {
    session.backlog.push(argv)
    this.work(session)
  }

  /** Carries out a client's commands one after the other: replies come in the order of the requests. */
  private work(session: Session): void {
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

  private perform(session: Session, given: readonly Buffer[]): void {
    session.activeAt = Date.now()
    const origin = session.transaction ? 'multi' : 'client'
    const context = new CommandContext(this, session, session.db, 'client')
    const argv =
      this.rewriters.length > 0 ? this.rewrite(new CommandContext(this, session, session.db, origin), given) : given
    const found = this.find(argv)
    if (found instanceof Failure) {
      if (isHttp(argv)) this.disconnect(session, false)
      else this.reject(session, found)
      return
    }
    if (this.mustWait(session, found)) {
      session.held = true
      session.backlog.unshift(given)
      this.heldSessions.add(session)
      return
    }
    session.lastCommand = found.name
    const refused = this.refuse(context, found, argv)
    if (refused) {
      this.reject(session, refused)
      return
    }
    if (session.transaction && !UNQUEUED.has(found.name)) {
      session.transaction.queue.push({ spec: found, argv })
      this.finish(session, QUEUED)
      return
    }
    const outcome = this.execute(context, found, argv)
    if (outcome !== BLOCKED) this.finish(session, outcome)
    this.settle()
  }

  private mustWait(session: Session, spec: CommandSpec): boolean {
    if (this.locks > 0 && touchesKeys(spec) && !session.transaction) return true
    if (this.pauseUntil === 0 || session.blocked) return false
    return !this.pausedWritesOnly || spec.flags.includes('write') || spec.name === 'exec' || spec.name === 'publish'
  }

  private endPause(): void {
    if (Date.now() < this.pauseUntil) return
    this.pauseUntil = 0
    if (this.locks === 0) {
      this.lock()
      this.unlock()
    }
  }

  private reject(session: Session, failure: Failure): void {
    if (session.transaction) session.transaction.failed = true
    this.countError(failure)
    this.finish(session, failure)
  }

  private rewrite(context: CommandContext, argv: readonly Buffer[]): readonly Buffer[] {
    for (const rewriter of this.rewriters) {
      const replaced = rewriter(context, argv)
      if (replaced) return replaced
    }
    return argv
  }

  /** Authentication, ACL, cluster redirection, pub/sub mode: in the order of Redis's processCommand. */
  private refuse(context: CommandContext, spec: CommandSpec, argv: readonly Buffer[]): Failure | undefined {
    const { session, origin } = context
    if (origin === 'internal' || origin === 'python') return this.redirect(session, spec, argv)
    if (!session.authenticated && !hasFlag(spec, 'no_auth')) return new Failure('NOAUTH Authentication required.')
    if (session.transaction && origin === 'client' && hasFlag(spec, 'no_multi'))
      return new Failure('ERR Command not allowed inside a transaction')
    if (!session.user.unrestricted) {
      const denied = permissionError(session.user, spec, argv)
      if (denied) return new Failure(denied)
    }
    const elsewhere = this.redirect(session, spec, argv)
    if (elsewhere) return elsewhere
    if (session.protocol === 2 && session.subscribed && !PUBSUB_COMMANDS.has(spec.name))
      return new Failure(
        `ERR Can't execute '${spec.name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
      )
    return undefined
  }

  private redirect(session: Session, spec: CommandSpec, argv: readonly Buffer[]): Failure | undefined {
    if (!this.clusterEnabled) return undefined
    const keys =
      spec.name === 'exec' && session.transaction
        ? session.transaction.queue.flatMap((queued) => this.keysOf(queued.spec, queued.argv))
        : this.keysOf(spec, argv)
    const [first] = keys
    if (!first) return undefined
    const slot = keySlot(first)
    if (keys.some((key) => keySlot(key) !== slot))
      return new Failure("CROSSSLOT Keys in request don't hash to the same slot")
    const owner = this.ownerOf(slot)
    if (!owner) return new Failure('CLUSTERDOWN Hash slot not served')
    if (owner.index === this.self.index) return undefined
    return new Failure(`MOVED ${slot} ${owner.host}:${owner.port}`)
  }

  ownerOf(slot: number): ShardInfo | undefined {
    return this.peers.find(({ slots }) => slots && slot >= slots[0] && slot <= slots[1])
  }

  private execute(context: CommandContext, spec: CommandSpec, argv: readonly Buffer[]): Outcome {
    const outer = this.current
    context.argv = argv
    this.current = context
    this.depth += 1
    this.counters.commands += 1
    const started = performance.now()
    try {
      if (this.monitors.size > 0) this.tellMonitors(context, spec, argv)
      let outcome = this.attempt(context, spec, argv)
      for (const filter of this.filters) {
        if (outcome === BLOCKED) break
        outcome = filter(context, argv, outcome)
      }
      if (outcome instanceof Failure) this.countError(outcome)
      return outcome
    } finally {
      this.notice(context, argv, performance.now() - started)
      this.depth -= 1
      this.current = outer
    }
  }

  private notice({ session }: CommandContext, argv: readonly Buffer[], ms: number): void {
    if (ms < 1) return
    const threshold = Number(this.config.get('slowlog-log-slower-than'))
    const most = Number(this.config.get('slowlog-max-len'))
    const micros = Math.round(ms * 1000)
    if (threshold >= 0 && micros >= threshold) this.slowlog.add(argv, micros, session.address, session.name, most)
  }

  /** INFO's errorstats: by the first word of the text, and no more kinds than Redis counts. */
  private countError({ text }: Failure): void {
    this.counters.errors += 1
    const code = text.split(' ', 1)[0]?.slice(0, 64) ?? ''
    if (this.errorCounts.size < 128 || this.errorCounts.has(code))
      this.errorCounts.set(code, (this.errorCounts.get(code) ?? 0) + 1)
  }

  private attempt(context: CommandContext, spec: CommandSpec, argv: readonly Buffer[]): Outcome {
    try {
      return spec.run(context, argv)
    } catch (error) {
      if (error instanceof Refusal) return new Failure(error.message)
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.log('warning', `${spec.name} failed: ${text.slice(0, 2000)}`)
      return new Failure(`ERR internal error in '${spec.name}', see the engine's log`)
    }
  }

  /** Sends a command's reply. */
  private finish(session: Session, reply: Reply): void {
    if (session.closing) return
    if (wantsReply(session)) this.emit(session, 1, reply)
    else this.replies.add(session.id, 1, () => {})
  }

  private emit(session: Session, finished: number, reply: Reply): void {
    const bytes = this.replies.add(session.id, finished, (out) => this.encode(out, reply, session))
    session.unread += bytes
    this.counters.output += bytes
  }

  /** A reply that cannot be encoded is a mistake of ours, and an error for one client only. */
  private encode(out: ByteWriter, reply: Reply, session: Session): void {
    const start = out.length
    try {
      encodeReply(out, reply, session.protocol)
    } catch (error) {
      this.log('warning', `the reply of ${session.lastCommand} cannot be encoded: ${error}`)
      out.length = start
      encodeReply(out, new Failure(`ERR internal error in '${session.lastCommand}', see the engine's log`), 2)
    }
  }

  /** Between two commands: clients that waited for a key which is ready now. */
  private settle(): void {
    if (this.locks === 0 && this.depth === 0) this.waiters.serve()
  }

  private resume(): void {
    for (let session = this.resumable.shift(); session; session = this.resumable.shift()) this.work(session)
  }

  /** One turn of the loop or of `serve`: what it answered is sent at its end. */
  private turn(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.log('warning', `internal error: ${error instanceof Error ? error.stack : String(error)}`)
    }
    this.flush()
  }

  private flush(): void {
    const batch = this.replies.take()
    if (batch) this.port.postMessage({ kind: 'replies', batch } satisfies FromShard, [batch])
  }

  private post(message: FromShard): void {
    this.port.postMessage(message)
  }

  private runTasks(): void {
    // One that runs Python may serve, and what was queued behind it is then its turn's.
    for (let left = this.tasks.length; left > 0; left--) {
      const task = this.tasks.shift()
      try {
        task?.()
      } catch (error) {
        this.log('warning', `a task failed: ${error instanceof Error ? error.stack : String(error)}`)
      }
    }
    this.settle()
  }

  private cycle(): void {
    if (this.locks === 0 && this.activeExpiry) for (const database of this.keyspace) database.expireDue(EXPIRE_BATCH)
    this.timer(EXPIRE_CYCLE_MS, () => this.cycle())
  }

  /** Commands of the last second, for INFO. */
  private sample(): void {
    this.counters.perSecond = this.counters.commands - this.sampled
    this.sampled = this.counters.commands
    this.timer(SAMPLE_MS, () => this.sample())
  }

  private modified(db: number, key: string): void {
    this.counters.dirty += 1
    if (this.watchers.size === 0) return
    for (const session of this.watchers.get(`${db}:${key}`) ?? []) session.dirty = true
  }

  private announce(db: number, event: string, key: string): void {
    const bytes = Buffer.from(key, 'latin1')
    if (event !== 'new') for (const listener of this.keyListeners) listener({ event, key: bytes, db }, this.current)
    const flags = this.config.eventFlags
    if (flags === '' || !published(flags, eventClass(event))) return
    const name = Buffer.from(event)
    if (flags.includes('K')) this.pubsub.publish(Buffer.concat([Buffer.from(`__keyspace@${db}__:`), bytes]), name)
    if (flags.includes('E')) this.pubsub.publish(Buffer.from(`__keyevent@${db}__:${event}`), bytes)
  }

  private tellMonitors(context: CommandContext, spec: CommandSpec, argv: readonly Buffer[]): void {
    if (spec.flags.includes('admin') || spec.name === 'auth' || spec.name === 'hello') return
    const seconds = (Date.now() / 1000).toFixed(6)
    const from = context.origin === 'lua' ? 'lua' : context.session.address
    const words = argv.map(
      (arg) =>
        `"${arg
          .toString('latin1')
          .replace(/["\\]/g, '\\$&')
          .replace(/[^ -~]/g, escapeByte)}"`,
    )
    const line = new Simple(`${seconds} [${context.db} ${from}] ${words.join(' ')}`)
    for (const session of this.monitors) this.push(session, line)
  }

  private sendPeer(to: number, message: PeerMessage): void {
    if (to === this.self.index) this.later(() => this.receivePeer(to, message))
    else this.lines.send(to, message)
  }

  private receivePeer(from: number, message: PeerMessage): void {
    if (message.kind === 'publish') {
      this.pubsub.publish(asBuffer(message.channel), asBuffer(message.message))
      return
    }
    for (const handler of this.messageHandlers) handler(from, message.message)
    this.settle()
  }
}

const escapeByte = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
