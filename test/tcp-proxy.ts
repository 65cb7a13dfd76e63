import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** What lies between a client and a server. */
export interface Way {
  /** Each way, ms. */
  readonly delayMs?: number
  /** Up to so much more, another for each piece, ms; the order stays. */
  readonly jitterMs?: number
  /** Each way. */
  readonly bytesPerS?: number
  /** The port that each connection leads to, in turn; without it always `port`. */
  readonly balance?: readonly number[]
  /** Changes what a client sends, and what it is answered. */
  readonly toServer?: (bytes: Buffer) => Buffer
  readonly toClient?: (bytes: Buffer) => Buffer
}

/** Bytes that go out at once where a bandwidth is given. */
const PIECE = 512

/** A TCP proxy before a server on loopback, which makes the way long, narrow or crooked. */
export class TcpProxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  way: Way
  #turn = 0

  private constructor(target: number, way: Way) {
    this.way = way
    this.#server = createServer((client) => {
      const { balance } = this.way
      const port = balance?.[this.#turn++ % balance.length] ?? target
      const server = connect(port, '127.0.0.1')
      this.#join(client, server, (bytes) => this.way.toServer?.(bytes) ?? bytes)
      this.#join(server, client, (bytes) => this.way.toClient?.(bytes) ?? bytes)
    })
  }

  static async start(target: number, way: Way = {}): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, way)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('not listening')
    return address.port
  }

  /** Breaks all connections and goes on listening. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.drop()
    await closed
  }

  #join(from: Socket, to: Socket, change: (bytes: Buffer) => Buffer): void {
    this.#sockets.add(from)
    let free = 0
    from
      .on('data', (bytes) => {
        for (const piece of this.#pieces(change(bytes))) {
          const { delayMs = 0, jitterMs = 0, bytesPerS } = this.way
          const now = performance.now()
          const sent = Math.max(now, free) + (bytesPerS === undefined ? 0 : (piece.length / bytesPerS) * 1000)
          free = Math.max(free, sent)
          const wait = sent - now + delayMs + Math.random() * jitterMs
          const at = now + wait
          free = jitterMs > 0 ? Math.max(free, at - delayMs) : free
          if (wait <= 0) to.write(piece)
          else setTimeout(() => to.writable && to.write(piece), wait)
        }
      })
      .on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      .on('error', () => undefined)
  }

  #pieces(bytes: Buffer): readonly Buffer[] {
    if (this.way.bytesPerS === undefined) return [bytes]
    return Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, i) => bytes.subarray(i * PIECE, (i + 1) * PIECE))
  }
}
