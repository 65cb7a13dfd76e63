import { randomBytes } from 'node:crypto'
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { steadyMs } from '../clock'
import type { FetchAnswer, WheelRequest } from '../wheels/installer'
import type { FromShard, LogLevel, SaveAtEnd, ShardData, ToShard } from '../wire/messages'
import { createGate } from '../wire/signals'
import { ClientSession } from './clients/client-session'
import { Clients } from './clients/clients'
import { Monitors } from './clients/monitors'
import { PeerLines } from './clients/peer-lines'
import { PubSub } from './clients/pubsub'
import { defaultUser, type User } from './clients/users'
import { Watches } from './clients/watches'
import { CommandError } from './command-error'
import type { CommandShard } from './command-shard'
import { CommandContext } from './context'
import type {
  Client,
  CommandOutcome,
  CommandReply,
  CommandSpec,
  Context,
  KeyEvent,
  KeyView,
  Origin,
  PythonGate,
  ShardInfo,
} from './core'
import { Dispatch } from './dispatch'
import { Keyspace } from './keys/keyspace'
import { StoredModuleValue } from './keys/values'
import { KeyEvents } from './keyspace/key-events'
import { keySlot } from './keyspace/key-slot'
import { scanKeys, viewOf } from './keyspace/key-view'
import { KeyWaiters } from './keyspace/key-waiters'
import { KeyspaceLock } from './keyspace/keyspace-lock'
import { Slots } from './keyspace/slots'
import { Loop } from './loop'
import { Persistence, savePoints } from './persistence'
import { RedisConfig } from './redis-config'
import { Statistics } from './statistics'

/** Messages to other shards: those of Gears, and those of the key space. */
type PeerMessage =
  | { readonly kind: 'gears'; readonly message: unknown }
  | { readonly kind: 'publish'; readonly channel: Uint8Array; readonly message: Uint8Array }

const EXPIRE_CYCLE_MS = 100
const EXPIRE_BATCH = 1000
const SAMPLE_MS = 1000
/** How many seconds pass between two attempts to save after a failure. */
const SAVE_AGAIN_S = 5

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * A shard: its parts, how they are connected, and the interface for Gears (core.ts). It runs in a worker thread of its own.
 * A command passes through `clients` (whose turn it is), `dispatch` (may it run), commands/ on `keyspace`, and `clients` again (its reply).
 */
export class LocalShard implements CommandShard {
  readonly self: ShardInfo
  readonly peers: readonly ShardInfo[]
  readonly clusterEnabled: boolean
  readonly config: RedisConfig
  readonly users: Map<string, User>
  readonly python: PythonGate
  readonly statistics = new Statistics()
  readonly watches = new Watches()
  readonly pubsub = new PubSub((session, reply) => this.clients.push(session, reply))
  readonly monitors = new Monitors((session, reply) => this.clients.push(session, reply))
  readonly waiters = new KeyWaiters(() => !this.serverLock.held)
  readonly keyspace: Keyspace
  readonly dispatch: Dispatch
  readonly clients: Clients
  readonly infoSections: { readonly name: string; readonly text: () => string }[] = []
  readonly runId = randomBytes(20).toString('hex')
  activeExpiry = true
  reserved = 0
  private readonly keyEvents: KeyEvents
  private readonly serverLock = new KeyspaceLock(() => this.unlocked())
  private readonly loop: Loop
  /** The session for commands of Python and Gears. */
  private readonly nobody = new ClientSession(0, defaultUser(''), true, '', '', false)
  private readonly messageHandlers: ((from: number, message: unknown) => void)[] = []
  private readonly reloadHandlers: (() => void)[] = []
  private readonly lines: PeerLines<PeerMessage>
  private readonly keptValues: Map<string, unknown>
  private readonly fetching = new Map<number, (answer: FetchAnswer) => void>()
  private fetches = 0
  private readonly persistence: Persistence | undefined
  private readonly port: MessagePort

  constructor(readonly data: ShardData) {
    const self = data.peers[data.index]
    if (!self) throw new Error(`no shard ${data.index} of ${data.peers.length}`)
    const warn = (text: string): void => this.log('warning', text)
    this.self = self
    this.peers = data.peers
    this.clusterEnabled = data.clusterEnabled
    this.port = data.port
    this.config = new RedisConfig(data)
    this.keptValues = new Map(data.kept)
    this.persistence = data.dumpFile === undefined ? undefined : new Persistence(data.dumpFile)
    this.users = new Map([['default', defaultUser(data.requirepass)]])
    this.keyEvents = new KeyEvents(this.config, this.pubsub)
    this.loop = new Loop({
      ended: () => this.clients.flush(),
      settled: () => this.settle(),
      failed: (what, error) => warn(`${what}: ${error instanceof Error ? error.stack : String(error)}`),
    })
    this.keyspace = new Keyspace({
      modified: (db, key) => this.modified(db, key),
      event: (db, event, key) => this.keyEvents.announce(db, event, key, this.dispatch.current),
      ready: (db, key) => this.waiters.ready(db, key),
    })
    this.dispatch = new Dispatch({
      slots: this.clusterEnabled ? new Slots(self, data.peers) : undefined,
      config: this.config,
      statistics: this.statistics,
      monitors: this.monitors,
      warn,
    })
    this.clients = new Clients({
      dispatch: this.dispatch,
      lock: this.serverLock,
      monitors: this.monitors,
      pubsub: this.pubsub,
      watches: this.watches,
      users: this.users,
      statistics: this.statistics,
      context: (session, origin) => new CommandContext(this, session, session.db, origin),
      later: (task) => this.later(task),
      timer: (ms, task) => this.timer(ms, task),
      settle: () => this.settle(),
      post: (message, transfer) => this.post(message, transfer),
      warn,
    })
    this.python = createGate(data.signals, () => this.serve(false))
    this.lines = new PeerLines(data.lines, (from, message) =>
      this.loop.turn(() => {
        // Node's timers fire up to 2 ms late. Run due ones first, so that a message for an execution that has exceeded its idle limit finds
        // it ended.
        this.loop.runTimers()
        this.receivePeer(from, message)
      }),
    )
  }

  /**
   * Restores saved keys and what Gears kept: from the file at the engine's start, or what was kept since after a crash. Returns whether
   * Gears has anything to restore. @throws Error that names a damaged file
   */
  load(): boolean {
    const restarted = this.data.generation > 0
    const saved = this.persistence?.load(this.keyspace)
    if (saved && !restarted) for (const [key, value] of saved) this.keepValue(key, value)
    this.statistics.dirty = 0
    return saved !== undefined || restarted
  }

  /** Starts to listen; the main thread then accepts clients. */
  open(): void {
    this.port.on('message', (message: ToShard) => this.loop.turn(() => this.receiveMessage(message)))
    this.lines.listen()
    this.expire()
    this.sample()
    this.post({ kind: 'ready' })
  }

  get commands(): Map<string, CommandSpec> {
    return this.dispatch.table.commands
  }

  define(...specs: readonly CommandSpec[]): void {
    this.dispatch.table.define(specs)
  }

  call(
    argv: readonly Buffer[],
    options: { readonly origin: Origin; readonly db?: number; readonly client?: Client },
  ): CommandReply {
    const session = options.client instanceof ClientSession ? options.client : this.nobody
    const context = new CommandContext(this, session, options.db ?? session.db, options.origin)
    const reply = this.dispatch.runNested(context, argv)
    this.settle()
    return reply
  }

  onKeyEvent(listener: (event: KeyEvent, cause: Context | undefined) => void): void {
    this.keyEvents.listen(listener)
  }

  onCommand(rewrite: (context: Context, argv: readonly Buffer[]) => readonly Buffer[] | undefined): void {
    this.dispatch.onCommand(rewrite)
  }

  onReply(filter: (context: Context, argv: readonly Buffer[], reply: CommandReply) => CommandOutcome): void {
    this.dispatch.onReply(filter)
  }

  peek(db: number, key: Buffer): KeyView | undefined {
    return viewOf(this.keyspace, db, key)
  }

  scan(cursor: string, pattern: Buffer | undefined, count: number): { cursor: string; keys: readonly Buffer[] } {
    return scanKeys(this.keyspace, cursor, pattern, count)
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
    database.putValue(name, new StoredModuleValue(value.typeName, () => value.freed()))
    database.modified(name)
  }

  addInfoSection(name: string, text: () => string): void {
    this.infoSections.push({ name, text })
  }

  reserves(bytes: number): void {
    this.reserved += bytes
  }

  failing(reason: string): void {
    this.post({ kind: 'failing', reason })
    // The end of the current turn would wait for the turn of Python code that no longer runs.
    setImmediate(() => {
      throw new Error(reason)
    })
  }

  log(level: LogLevel, text: string): void {
    if (this.config.logs(level)) this.post({ kind: 'log', level, text: text.slice(0, 16384) })
  }

  serve(tasks: boolean): void {
    this.loop.turn(() => {
      this.clients.takeArrived()
      for (let item = receiveMessageOnPort(this.port); item; item = receiveMessageOnPort(this.port))
        this.receiveMessage(item.message)
      this.lines.drain((from, message) => this.receivePeer(from, message))
      this.loop.runTimers()
      if (tasks && !this.serverLock.held) this.loop.runTasks()
    })
  }

  later(task: () => void): void {
    this.loop.later(task)
  }

  timer(ms: number, task: () => void): { cancel(): void } {
    return this.loop.timer(ms, task)
  }

  lock(): void {
    this.serverLock.acquire()
  }

  unlock(): void {
    this.serverLock.release()
  }

  keepValue(key: string, value: unknown): void {
    if (value === undefined) this.keptValues.delete(key)
    else this.keptValues.set(key, value)
    this.statistics.dirty += 1
    this.post({ kind: 'keep', key, value })
  }

  kept(key: string): unknown {
    return this.keptValues.get(key)
  }

  keptUnder(prefix: string): unknown[] {
    return [...this.keptValues].flatMap(([key, value]) => (key.startsWith(prefix) ? [value] : []))
  }

  fetchWheels(request: WheelRequest, done: (answer: FetchAnswer) => void): void {
    this.fetches += 1
    this.fetching.set(this.fetches, done)
    this.post({ kind: 'fetch', token: this.fetches, request })
  }

  onReload(handler: () => void): void {
    this.reloadHandlers.push(handler)
  }

  reload(): void {
    for (const handler of this.reloadHandlers) handler()
  }

  save(): void {
    const { statistics, persistence } = this
    try {
      persistence?.save(this.keyspace, this.keptValues)
      statistics.saved()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      statistics.saveFailed = true
      this.log('warning', `saving failed: ${why}`)
      throw new CommandError(`ERR saving failed: ${why}`)
    }
  }

  shutdown(save: SaveAtEnd): void {
    this.post({ kind: 'shutdown', save })
  }

  publish(channel: Buffer, message: Buffer): number {
    for (const { index } of this.peers)
      if (index !== this.self.index) this.sendPeer(index, { kind: 'publish', channel, message })
    return this.pubsub.publish(channel, message)
  }

  private receiveMessage(message: ToShard): void {
    switch (message.kind) {
      case 'requests':
        this.clients.receiveRequests(message.batch)
        return
      case 'open':
        this.clients.open(message.conn, message.address, message.local)
        return
      case 'close':
        this.clients.closed(message.conn)
        return
      case 'drained':
        this.clients.drained(message.conn, message.bytes)
        return
      case 'fetched': {
        const done = this.fetching.get(message.token)
        this.fetching.delete(message.token)
        done?.(message.answer)
        return
      }
      case 'save':
        this.post({
          kind: 'saved',
          error: message.when === 'always' || this.config.get('save') !== '' ? this.trySave() : undefined,
        })
        return
      case 'ping':
        this.post({ kind: 'alive' })
        return
      case 'peer':
        this.lines.replace(message.line)
        return
    }
  }

  private post(message: FromShard, transfer: readonly ArrayBuffer[] = []): void {
    this.port.postMessage(message, transfer)
  }

  /** Runs between two commands: serves clients that waited for a key which is ready now. */
  private settle(): void {
    if (!this.dispatch.current) this.waiters.serve()
  }

  private unlocked(): void {
    this.clients.release()
    this.settle()
  }

  private expire(): void {
    if (!this.serverLock.held && this.activeExpiry)
      for (const database of this.keyspace) database.expireDue(EXPIRE_BATCH)
    this.timer(EXPIRE_CYCLE_MS, () => this.expire())
  }

  /** Saves; returns an error text, or undefined. */
  private trySave(): string | undefined {
    try {
      this.save()
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  private sample(): void {
    this.statistics.sample()
    this.saveWhenDue()
    this.timer(SAMPLE_MS, () => this.sample())
  }

  private saveWhenDue(): void {
    const { statistics } = this
    if (!this.persistence || statistics.dirty === 0) return
    const age = (steadyMs() - statistics.savedMs) / 1000
    const due = savePoints(this.config.get('save'))?.some(
      ({ seconds, changes }) => statistics.dirty >= changes && age >= seconds,
    )
    // After a failure, it waits before the next attempt, as Redis does.
    if (due && (!statistics.saveFailed || age % SAVE_AGAIN_S < 1)) this.trySave()
  }

  private modified(db: number, key: string): void {
    this.statistics.dirty += 1
    this.watches.modified(db, key)
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
