import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { SHORT_LIVED } from '../../../test/engine-switches'

export interface RunningServer {
  readonly port: number
  readonly process: ChildProcess
  stop(): Promise<void>
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Starts the embedded engine on free ports; resolves when it serves. */
export const startEngine = (...args: readonly string[]): Promise<RunningServer> =>
  startEngineWith({ switches: SHORT_LIVED }, ...args)

interface HarnessOptions {
  /** Environment variables in addition to this process's. */
  readonly env?: Readonly<Record<string, string>>
  /** Options of Node. */
  readonly switches?: readonly string[]
}

export async function startEngineWith(
  { env, switches = [] }: HarnessOptions,
  ...args: readonly string[]
): Promise<RunningServer> {
  const bin = fileURLToPath(new URL('../../../bin/engine.mjs', import.meta.url))
  const child = spawn(process.execPath, [...switches, bin, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const port = Number(/ ready on .*:([0-9]+)/.exec(line)?.[1])
    if (port > 0) return { port, process: child, stop: () => stopped(child) }
  }
  throw new Error('the engine ended before it was ready')
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return address.port
}

/** Starts a real redis-server, empty and without persistence. */
export async function startRedis(...more: readonly string[]): Promise<RunningServer> {
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', [...args, '--enable-debug-command', 'yes', ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('Ready to accept connections')) {
      child.stdout.resume()
      return { port, process: child, stop: () => stopped(child) }
    }
  }
  throw new Error('redis-server ended before it was ready')
}

/** A reply with its RESP type: `+OK`, `-ERR …`, `:1`, `$text`, `$nil`, `*nil`, or a list. */
export type Shown = string | { readonly type: string; readonly items: readonly Shown[] }

/** A connection that shows replies with their type on the wire. */
export class RawClient {
  private buffer = ''
  private at = 0
  private readonly waiting: ((reply: Shown) => void)[] = []
  private readonly pushed: Shown[] = []
  closed = false

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => this.receive(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.closed = true
      for (const resolve of this.waiting.splice(0)) resolve('closed')
    })
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  send(...argv: readonly string[]): Promise<Shown> {
    const words = argv.map((arg) => `$${arg.length}\r\n${arg}\r\n`)
    return this.write(`*${argv.length}\r\n${words.join('')}`)
  }

  /** Writes bytes (latin1) and waits for one reply. */
  write(bytes: string): Promise<Shown> {
    this.socket.write(bytes, 'latin1')
    return this.next()
  }

  next(): Promise<Shown> {
    const early = this.pushed.shift()
    if (early !== undefined) return Promise.resolve(early)
    if (this.closed) return Promise.resolve('closed')
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  /** On a subscribed connection: all messages that were sent before this call. */
  async messages(): Promise<Shown[]> {
    const found: Shown[] = []
    this.socket.write('PING\r\n')
    for (;;) {
      const reply = await this.next()
      if (typeof reply === 'string' || reply.items[0] === '$pong') return found
      found.push(reply)
    }
  }

  close(): void {
    this.socket.destroy()
  }

  private receive(chunk: string): void {
    this.buffer = this.buffer.slice(this.at) + chunk
    this.at = 0
    for (;;) {
      const start = this.at
      const reply = this.parse()
      if (reply === undefined) {
        this.at = start
        return
      }
      const resolve = this.waiting.shift()
      if (resolve) resolve(reply)
      else this.pushed.push(reply)
    }
  }

  private parse(): Shown | undefined {
    const end = this.buffer.indexOf('\r\n', this.at)
    if (end < 0) return undefined
    const line = this.buffer.slice(this.at, end)
    const type = line[0] ?? ''
    const length = Number(line.slice(1))
    this.at = end + 2
    if ('$=!'.includes(type)) {
      if (length < 0) return '$nil'
      if (this.buffer.length < this.at + length + 2) return undefined
      const text = this.buffer.slice(this.at, this.at + length)
      this.at += length + 2
      return `${type}${text}`
    }
    if (!'*~>%'.includes(type)) return line
    if (length < 0) return '*nil'
    const items: Shown[] = []
    for (let i = 0; i < (type === '%' ? length * 2 : length); i++) {
      const item = this.parse()
      if (item === undefined) return undefined
      items.push(item)
    }
    return { type, items }
  }
}
