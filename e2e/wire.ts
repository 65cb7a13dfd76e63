import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { freePorts } from '../test/free-ports'

export interface BreakableWire {
  readonly url: string
  /** From now on open connections carry nothing, in either direction, and stay open. `all`: new connections as well. */
  cut(which: 'standing' | 'all'): void
  /** New connections pass again; those that were cut stay dead. */
  mend(): void
  stop(): Promise<void>
}

/** A TCP connection to `port` that can lose its packets as a network does, without an error on either side. */
export async function wireTo(port: number): Promise<BreakableWire> {
  const own = await freePorts()
  const sockets = new Set<Socket>()
  let dead = false
  const server = createServer((near) => {
    sockets.add(near)
    near.on('error', () => near.destroy())
    if (dead) return
    const far = connect(port, '127.0.0.1')
    sockets.add(far)
    far.on('error', () => near.destroy())
    near.pipe(far)
    far.pipe(near)
  })
  server.listen(own, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${own}`,
    cut(which) {
      dead = which === 'all'
      for (const socket of sockets) socket.unpipe().pause()
    },
    mend() {
      dead = false
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
