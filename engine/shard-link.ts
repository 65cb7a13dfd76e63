import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Commands, Connection } from './connection'
import type { ShardInfo } from './core'
import type { FromShard, LogLevel, PeerLine, SaveAtEnd, ShardData, ToShard } from './messages'
import { createSignals, wake } from './signals'
import type { Installer } from './wheels/installer'
import { ByteWriter, readReplies, writeRequest } from './wire'

const LOST = 'ERR the shard ended unexpectedly while it served this command and was restarted'
/** A batch beyond this is handed over without waiting for the end of the tick. */
const BATCH_MAX = 1024 * 1024
/** Pyodide needs a deep stack for deep recursion in Python. */
const STACK_MB = 32
/** How long the end waits for a shard to save. */
const SAVE_MS = 10_000

export interface ShardOptions
  extends Omit<ShardData, 'port' | 'lines' | 'kept' | 'generation' | 'signals' | 'index' | 'peers'> {
  readonly self: ShardInfo
  readonly peers: readonly ShardInfo[]
  /** The worker's module. */
  readonly module: URL
  readonly log: (level: LogLevel, text: string) => void
  readonly installer: Installer
  /** A client sent SHUTDOWN. */
  readonly shutdown: (save: SaveAtEnd) => void
}

/** The main thread's end of one shard: its worker, restarted when it dies, and the connections that belong to it. */
export class ShardLink implements Commands {
  readonly signals = createSignals()
  private readonly signalled = new Int32Array(this.signals)
  private readonly connections = new Map<number, Connection>()
  private readonly kept = new Map<string, unknown>()
  private readonly saving: ((error: string | undefined) => void)[] = []
  private readonly batch = new ByteWriter()
  private scheduled = false
  private generation = 0
  private stopped = false
  private worker: Worker | undefined
  private port: MessagePort | undefined

  constructor(private readonly options: ShardOptions) {}

  /** Resolves when the shard serves; rejects if its worker ends before. `connect` makes fresh lines to the peers. */
  start(connect: () => PeerLine[]): Promise<void> {
    const { self, module, log, installer: _installer, shutdown: _shutdown, ...shared } = this.options
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
    }
    this.signalled.fill(0)
    const worker = new Worker(module, {
      workerData: data,
      transferList: [port2, ...lines.map((line) => line.port)],
      resourceLimits: { stackSizeMb: STACK_MB },
    })
    this.worker = worker
    this.port = port1
    return new Promise((resolve, reject) => {
      let ready = false
      let reason = ''
      port1.on('message', (message: FromShard) => {
        if (message.kind === 'fetch') return this.fetch(port1, message)
        if (message.kind !== 'ready') return this.receive(message)
        ready = true
        resolve()
      })
      worker.on('error', (error) => {
        reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      })
      worker.on('exit', (code) => {
        port1.close()
        if (this.stopped) return resolve()
        if (!ready) return reject(new Error(`shard ${self.index} did not start: ${reason || `exit code ${code}`}`))
        log('warning', `shard ${self.index} ended (${firstLine(reason) || `exit code ${code}`}); restarting it`)
        this.restart(connect)
      })
    })
  }

  /** Has the shard write its file; why it could not, or undefined. One that is inside C code may never get to it. */
  save(when: Exclude<SaveAtEnd, 'never'>): Promise<string | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve('the shard is busy and did not get to it'), SAVE_MS)
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

  /** Gives the shard the line to a restarted peer. */
  peer(line: PeerLine): void {
    this.post({ kind: 'peer', line }, [line.port])
  }

  /** Lets timers and messages through while Python runs. */
  wake(): void {
    wake(this.signalled)
  }

  get clients(): number {
    return this.connections.size
  }

  open(connection: Connection, address: string, local: string): void {
    this.connections.set(connection.id, connection)
    this.post({ kind: 'open', conn: connection.id, address, local })
  }

  request(connection: Connection, argv: readonly Buffer[]): void {
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

  drained(connection: Connection, bytes: number): void {
    this.post({ kind: 'drained', conn: connection.id, bytes })
  }

  closed(connection: Connection): void {
    if (this.connections.delete(connection.id)) this.post({ kind: 'close', conn: connection.id })
  }

  private flush(): void {
    if (this.batch.length === 0) return
    const batch = this.batch.take()
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

  private receive(message: Exclude<FromShard, { kind: 'ready' | 'fetch' }>): void {
    switch (message.kind) {
      case 'replies':
        readReplies(message.batch, (conn, finished, bytes) => this.connections.get(conn)?.deliver(finished, bytes))
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

  /** The answer is for the worker that asked, not for one that took its place. */
  private fetch(port: MessagePort, { token, request }: Extract<FromShard, { kind: 'fetch' }>): void {
    this.options.installer.fetch(request, (answer) => {
      if (this.port === port) this.post({ kind: 'fetched', token, answer })
    })
  }

  private restart(connect: () => PeerLine[]): void {
    this.batch.length = 0
    const lost = [...this.connections.values()]
    this.connections.clear()
    for (const connection of lost) connection.abandon(LOST)
    this.generation += 1
    this.start(connect).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      this.options.log('warning', `${why}; its port answers no more`)
    })
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
