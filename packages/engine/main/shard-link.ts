import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { steadyMs, wallMs } from '../clock'
import type { ShardInfo } from '../shard/core'
import type { Installer } from '../wheels/installer'
import type { FromShard, LogLevel, PeerLine, Restart, SaveAtEnd, ShardData, ToShard } from '../wire/messages'
import { createSignals, wake } from '../wire/signals'
import { ByteWriter, readReplies, writeRequest } from '../wire/wire'
import type { ClientConnection, ConnectionListener } from './connection'

/** What a restarted shard has lost. */
const LOST = 'unsaved keys, running executions and results are lost'
/** How long a failing worker may take to end by itself, ms. */
const FAILING_MS = 3000
/** The pause between two attempts to start a shard that does not start, ms; it doubles each time. */
const AGAIN_MS = { first: 500, most: 30_000 }
/** A larger batch is sent without waiting for the end of the tick. */
const BATCH_MAX = 1024 * 1024
/** V8's stack, which also limits recursion in C (python/bounds.ts). Only the part in use takes real memory. */
const STACK_MB = 192
/** The maximum V8 heap of a shard's key space and bookkeeping. */
const HEAP_MB = 2048
/** How long the engine's end waits for a shard to save, ms. */
const SAVE_MS = 10_000

export interface ShardOptions
  extends Omit<ShardData, 'port' | 'lines' | 'kept' | 'generation' | 'restart' | 'signals' | 'index' | 'peers'> {
  readonly self: ShardInfo
  readonly peers: readonly ShardInfo[]
  /** The module of the worker. */
  readonly module: URL
  /** How long a shard may not answer, s. */
  readonly silenceS: number
  readonly log: (level: LogLevel, text: string) => void
  readonly installer: Installer
  /** Called when a client has sent SHUTDOWN. */
  readonly shutdown: (save: SaveAtEnd) => void
}

/** The main thread's side of one shard: its worker, which it restarts when it dies, and the shard's connections. */
export class ShardLink implements ConnectionListener {
  readonly signals = createSignals()
  private readonly signalled = new Int32Array(this.signals)
  private readonly connections = new Map<number, ClientConnection>()
  private readonly kept = new Map<string, unknown>()
  private readonly saving: ((error: string | undefined) => void)[] = []
  private readonly batch = new ByteWriter()
  private scheduled = false
  private generation = 0
  private ended: Restart | undefined
  /** Why the running worker is being ended. */
  private failing = ''
  private serves = false
  /** Since when it has not answered a ping, on the monotonic clock, ms. */
  private askedAt: number | undefined
  private stopped = false
  private worker: Worker | undefined
  private port: MessagePort | undefined

  constructor(private readonly options: ShardOptions) {}

  /** Resolves when the shard serves; rejects if its worker ends first. `connect` makes new ports to the other shards. */
  start(connect: () => PeerLine[]): Promise<void> {
    const {
      self,
      module,
      log,
      installer: _installer,
      shutdown: _shutdown,
      silenceS: _silenceS,
      ...shared
    } = this.options
    const { port1, port2 } = new MessageChannel()
    const lines = connect()
    const data: ShardData = {
      ...shared,
      index: self.index,
      port: port2,
      signals: this.signals,
      lines,
      kept: this.kept,
      generation: this.generation,
      restart: this.ended,
    }
    this.signalled.fill(0)
    this.failing = ''
    this.askedAt = undefined
    const worker = new Worker(module, {
      workerData: data,
      transferList: [port2, ...lines.map((line) => line.port)],
      resourceLimits: { stackSizeMb: STACK_MB, maxOldGenerationSizeMb: HEAP_MB },
    })
    this.worker = worker
    this.port = port1
    return new Promise((resolve, reject) => {
      port1.on('message', (message: FromShard) => {
        if (message.kind === 'fetch') return this.fetch(port1, message)
        if (message.kind === 'failing') {
          this.failing = message.reason
          setTimeout(() => worker.terminate(), FAILING_MS).unref()
          return
        }
        if (message.kind !== 'ready') return this.receiveMessage(message)
        this.serves = true
        resolve()
      })
      worker.on('error', (error) => {
        this.failing ||= error instanceof Error ? (error.stack ?? error.message) : String(error)
      })
      worker.on('exit', (code) => {
        port1.close()
        const served = this.serves
        this.serves = false
        if (this.stopped) return resolve()
        if (!served)
          return reject(new Error(`shard ${self.index} did not start: ${this.failing || `exit code ${code}`}`))
        const why = firstLine(this.failing).replace(/^Error: /, '') || `exit code ${code}`
        log('warning', `shard ${self.index} ended: ${why}. Restarting it; ${LOST}`)
        this.ended = { at: wallMs(), reason: why }
        this.restart(connect, AGAIN_MS.first)
      })
    })
  }

  /** Asks the shard to save; returns an error text or undefined. A shard inside C code may not get to it. */
  save(when: Exclude<SaveAtEnd, 'never'>): Promise<string | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve('the shard was too busy to save'), SAVE_MS)
      this.saving.push((error) => {
        clearTimeout(late)
        resolve(error)
      })
      this.post({ kind: 'save', when })
    })
  }

  async stop(): Promise<void> {
    this.stopped = true
    for (const connection of this.connections.values()) connection.end(false)
    await this.worker?.terminate()
  }

  /** Sends the shard the port to a restarted peer. */
  peer(line: PeerLine): void {
    this.post({ kind: 'peer', line }, [line.port])
  }

  /** Lets the shard serve timers and messages while Python runs. */
  wake(): void {
    wake(this.signalled)
  }

  /** Called regularly: asks the shard whether it is alive, and ends it if it has not answered for too long. */
  watch(): void {
    if (!this.serves) return
    if (this.askedAt === undefined) {
      this.askedAt = steadyMs()
      this.post({ kind: 'ping' })
    } else if (this.failing === '' && steadyMs() - this.askedAt > this.options.silenceS * 1000) {
      this.failing = `it did not answer for ${this.options.silenceS} s; C code did not return, or its memory was overwritten`
      this.worker?.terminate()
    }
  }

  get clients(): number {
    return this.connections.size
  }

  open(connection: ClientConnection, address: string, local: string): void {
    this.connections.set(connection.id, connection)
    this.post({ kind: 'open', conn: connection.id, address, local })
  }

  request(connection: ClientConnection, argv: readonly Buffer[]): void {
    writeRequest(this.batch, connection.id, argv)
    if (this.batch.length > BATCH_MAX) {
      this.flush()
      return
    }
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.flush()
    })
  }

  drained(connection: ClientConnection, bytes: number): void {
    this.post({ kind: 'drained', conn: connection.id, bytes })
  }

  closed(connection: ClientConnection): void {
    if (this.connections.delete(connection.id)) this.post({ kind: 'close', conn: connection.id })
  }

  private flush(): void {
    if (this.batch.length === 0) return
    const batch = this.batch.takeBuffer()
    this.send({ kind: 'requests', batch }, [batch])
  }

  private post(message: ToShard, transfer: readonly MessagePort[] = []): void {
    this.flush()
    this.send(message, transfer)
  }

  private send(message: ToShard, transfer: readonly (ArrayBuffer | MessagePort)[]): void {
    this.port?.postMessage(message, transfer)
    wake(this.signalled)
  }

  private receiveMessage(message: Exclude<FromShard, { kind: 'ready' | 'fetch' | 'failing' }>): void {
    switch (message.kind) {
      case 'replies':
        readReplies(message.batch, (conn, finished, bytes) => this.connections.get(conn)?.deliver(finished, bytes))
        return
      case 'alive':
        this.askedAt = undefined
        return
      case 'close':
        this.connections.get(message.conn)?.end(message.flush)
        return
      case 'admit':
        this.connections.get(message.conn)?.admit()
        return
      case 'keep':
        if (message.value === undefined) this.kept.delete(message.key)
        else this.kept.set(message.key, message.value)
        return
      case 'shutdown':
        this.options.shutdown(message.save)
        return
      case 'saved':
        for (const done of this.saving.splice(0)) done(message.error)
        return
      case 'log':
        this.options.log(message.level, message.text)
        return
    }
  }

  /** The answer goes to the worker that asked, not to one that has replaced it. */
  private fetch(port: MessagePort, { token, request }: Extract<FromShard, { kind: 'fetch' }>): void {
    this.options.installer.fetch(request, (answer) => {
      if (this.port === port) this.post({ kind: 'fetched', token, answer })
    })
  }

  private restart(connect: () => PeerLine[], againMs: number): void {
    if (this.stopped) return
    this.batch.length = 0
    const lost = [...this.connections.values()]
    this.connections.clear()
    const why = this.ended?.reason ?? 'it did not start'
    for (const connection of lost) connection.abandon(`ERR the shard ended: ${why}. It is being restarted; ${LOST}`)
    this.generation += 1
    this.start(connect).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      this.options.log('warning', `${why}; trying again in ${againMs / 1000} s`)
      setTimeout(() => this.restart(connect, Math.min(againMs * 2, AGAIN_MS.most)), againMs).unref()
    })
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
