import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** The port of loopback that a server listens on from now on. */
export async function listenOnLoopback(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return portOf(server)
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return address.port
}

/** A TCP server on loopback that can break its connections. */
export class LoopbackServer {
  private readonly server: Server
  private readonly sockets = new Set<Socket>()
  private written = 0

  protected constructor(serve: (socket: Socket) => void) {
    this.server = createServer((socket) => {
      this.join(socket)
      serve(socket)
    })
  }

  get port(): number {
    return portOf(this.server)
  }

  get connections(): number {
    return this.sockets.size
  }

  /** Bytes that were written to one connection, of the one that took the most. */
  get mostWritten(): number {
    for (const { bytesWritten } of this.sockets) this.written = Math.max(this.written, bytesWritten)
    return this.written
  }

  /** Breaks all connections and continues to listen. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close')
    this.server.close()
    this.drop()
    await closed
  }

  protected async listen(): Promise<this> {
    await listenOnLoopback(this.server)
    return this
  }

  /** One that breaks with the others. */
  protected join(socket: Socket): void {
    this.sockets.add(socket)
    socket
      .on('close', () => {
        this.written = Math.max(this.written, socket.bytesWritten)
        this.sockets.delete(socket)
      })
      .on('error', () => undefined)
  }
}
