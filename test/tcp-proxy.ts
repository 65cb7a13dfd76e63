import { connect, type Socket } from 'node:net'
import { LoopbackServer } from '@gearboard/gears/testing/loopback-server'

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
export class TcpProxy extends LoopbackServer {
  way: Way
  private turn = 0

  private constructor(target: number, way: Way) {
    super((client) => {
      const { balance } = this.way
      const port = balance?.[this.turn++ % balance.length] ?? target
      const server = connect(port, '127.0.0.1')
      this.join(server)
      this.pipe(client, server, (bytes) => this.way.toServer?.(bytes) ?? bytes)
      this.pipe(server, client, (bytes) => this.way.toClient?.(bytes) ?? bytes)
    })
    this.way = way
  }

  static start(target: number, way: Way = {}): Promise<TcpProxy> {
    return new TcpProxy(target, way).listen()
  }

  private pipe(from: Socket, to: Socket, change: (bytes: Buffer) => Buffer): void {
    let free = 0
    from
      .on('data', (bytes) => {
        for (const piece of this.pieces(change(bytes))) {
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
      .on('close', () => to.destroy())
  }

  private pieces(bytes: Buffer): readonly Buffer[] {
    if (this.way.bytesPerS === undefined) return [bytes]
    return Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, i) => bytes.subarray(i * PIECE, (i + 1) * PIECE))
  }
}
