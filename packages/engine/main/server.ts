import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import type { ShardInfo } from '../shard/core'
import { Installer } from '../wheels/installer'
import type { LogLevel, PeerLine, SaveAtEnd } from '../wire/messages'
import { ClientConnection, type InputBudget } from './connection'
import type { EngineOptions } from './options'
import { ShardLink } from './shard-link'

const MAX_CLIENTS = 10_000
const MAX_INPUT = 1024 * 1024 * 1024
const SLOTS = 16384
/** How often a shard that runs Python is asked to serve timers and other work, ms. */
const TICK_MS = 10
/** How often each shard is asked whether it is alive, ms. */
const WATCH_MS = 1000

export interface EnginePaths {
  /** The folder with python/ and seed/. */
  readonly root: string
  /** The module of a shard's worker. */
  readonly shard: URL
  /** The module that downloads wheels, on a thread of its own. */
  readonly wheels: URL
}

export interface EngineHooks {
  readonly log: (level: LogLevel, text: string) => void
  /** Called when a client has sent SHUTDOWN. */
  readonly shutdown: (save: SaveAtEnd) => void
}

/** Divides the slots as `redis-cli --cluster create` does: three shards get 0-5460, 5461-10922, 10923-16383. */
function slotRanges(shards: number): (readonly [number, number])[] {
  const each = SLOTS / shards
  return Array.from({ length: shards }, (_, i) => [
    Math.round(i * each - 1) + 1,
    i === shards - 1 ? SLOTS - 1 : Math.round((i + 1) * each - 1),
  ])
}

/** The engine's process: the sockets are here, each shard is in a worker. */
export class Engine {
  private readonly links: ShardLink[] = []
  private readonly servers: Server[] = []
  private readonly budget: InputBudget = { used: 0, max: MAX_INPUT }
  private ticker: NodeJS.Timeout | undefined
  private watch: NodeJS.Timeout | undefined
  private nextConnection = 1
  private readonly early: (() => void)[] = []
  private readonly installer: Installer
  private started = false
  ports: readonly number[] = []

  private constructor(
    private readonly options: EngineOptions,
    private readonly hooks: EngineHooks,
    wheels: URL,
  ) {
    this.installer = new Installer(wheels, options)
  }

  /** Resolves when every shard serves. Rejects if a port is taken or a worker does not start. */
  static async start(options: EngineOptions, paths: EnginePaths, hooks: EngineHooks): Promise<Engine> {
    const engine = new Engine(options, hooks, paths.wheels)
    try {
      await engine.listen()
      await engine.startShards(paths)
    } catch (error) {
      await engine.stop()
      throw error
    }
    return engine
  }

  /** @param save which shards save first, if there is a folder. Failures go to the log. */
  async stop(save: SaveAtEnd = 'never'): Promise<void> {
    clearInterval(this.ticker)
    clearInterval(this.watch)
    this.installer.stop()
    for (const server of this.servers) server.close()
    if (save !== 'never' && this.options.dir !== undefined) {
      const failures = await Promise.all(this.links.map((link) => link.save(save)))
      for (const [index, why] of failures.entries())
        if (why !== undefined) this.hooks.log('warning', `shard ${index} was not saved: ${why}`)
    }
    await Promise.all(this.links.map((link) => link.stop()))
  }

  private async listen(): Promise<void> {
    const { host, port, shards } = this.options
    const ports: number[] = []
    for (let i = 0; i < shards; i++) {
      const server = createServer({ noDelay: true }, (socket) => this.accept(socket, i))
      this.servers.push(server)
      ports.push(await listening(server, host, port === 0 ? 0 : port + i))
    }
    this.ports = ports
  }

  private async startShards(paths: EnginePaths): Promise<void> {
    const { host, shards, unassigned, requirepass, gearsVersion, moduleArgs, pythonMemoryMb, silenceS, seed, dir } =
      this.options
    const ids = nodeIds(dir, shards)
    const ranges = slotRanges(shards)
    const peers = this.ports.map((port, index): ShardInfo => {
      const slots = shards > 1 ? ranges[index] : undefined
      return { index, id: ids[index] ?? newId(), host, port, slots }
    })
    for (const self of peers) {
      this.links.push(
        new ShardLink({
          self,
          peers,
          clusterEnabled: shards > 1 || unassigned,
          requirepass,
          gearsVersion,
          moduleArgs,
          pythonMemoryMb,
          silenceS,
          installer: this.installer,
          seed,
          engineRoot: paths.root,
          dumpFile: dir === undefined ? undefined : join(dir, shards > 1 ? `dump-${self.index}.rdb` : 'dump.rdb'),
          module: paths.shard,
          log: this.hooks.log,
          shutdown: this.hooks.shutdown,
        }),
      )
    }
    const lines = this.firstLines()
    await Promise.all(
      this.links.map((link, index) => {
        let first: PeerLine[] | undefined = lines[index]
        return link.start(() => {
          const made = first ?? this.newLines(index)
          first = undefined
          return made
        })
      }),
    )
    this.started = true
    for (const accept of this.early.splice(0)) accept()
    this.ticker = setInterval(() => {
      for (const link of this.links) link.wake()
    }, TICK_MS)
    this.watch = setInterval(() => {
      for (const link of this.links) link.watch()
    }, WATCH_MS)
  }

  private firstLines(): PeerLine[][] {
    const lines: PeerLine[][] = this.links.map(() => [])
    for (const [i, one] of this.links.entries()) {
      for (const [j, other] of this.links.entries()) {
        if (j <= i) continue
        const { port1, port2 } = new MessageChannel()
        lines[i]?.push({ index: j, port: port1, signals: other.signals })
        lines[j]?.push({ index: i, port: port2, signals: one.signals })
      }
    }
    return lines
  }

  /** Makes the ports of a restarted shard, and sends the other ends to its peers. */
  private newLines(index: number): PeerLine[] {
    const own = this.links[index]
    if (!own) return []
    return this.links.flatMap((other, j) => {
      if (j === index) return []
      const { port1, port2 } = new MessageChannel()
      other.peer({ index, port: port2, signals: own.signals })
      return [{ index: j, port: port1, signals: other.signals }]
    })
  }

  private accept(socket: Socket, index: number): void {
    if (!this.started) {
      socket.on('error', () => socket.destroy())
      this.early.push(() => this.accept(socket, index))
      return
    }
    const link = this.links[index]
    const clients = this.links.reduce((sum, each) => sum + each.clients, 0)
    if (!link || clients >= MAX_CLIENTS) {
      socket.on('error', () => socket.destroy())
      socket.end('-ERR max number of clients reached\r\n')
      return
    }
    new ClientConnection(this.nextConnection++, socket, link, this.budget, this.options.requirepass !== '')
  }
}

const newId = (): string => randomBytes(20).toString('hex')

/**
 * The node ids of the shards, which are part of the ids of registrations: those stored in the folder, or new ones that are stored there.
 * @throws Error if the folder belongs to an engine with another number of shards
 */
function nodeIds(dir: string | undefined, shards: number): readonly string[] {
  if (dir === undefined) return []
  const file = join(dir, 'nodes.json')
  if (!existsSync(file)) {
    const ids = Array.from({ length: shards }, newId)
    writeFileSync(file, JSON.stringify({ shards: ids }), { mode: 0o600 })
    return ids
  }
  const saved: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const ids = typeof saved === 'object' && saved !== null && 'shards' in saved ? saved.shards : undefined
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string' && /^[0-9a-f]{40}$/.test(id)))
    throw new Error(`${file} is damaged. Move it away to create new node ids`)
  if (ids.length !== shards)
    throw new Error(`--dir: ${dir} was saved with --shards ${ids.length}, not --shards ${shards}`)
  return ids
}

function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 511 }, () => {
      server.removeListener('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
