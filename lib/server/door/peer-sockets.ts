import type { Socket } from 'node:net'
import { networkOf, plainAddress } from './peer'

/** Connections by the address or network that they come from: one must not have all of those that there may be. */
export class PeerSockets {
  private readonly byPeer = new Map<string, Set<Socket>>()

  constructor(
    private readonly most: number,
    /** A request of it is being answered. */
    private readonly isBusy: (socket: Socket) => boolean,
    /** Everybody comes from there. */
    private readonly isProxy: (peer: string) => boolean,
  ) {}

  /** Counts a new one. Where its address has too many, its oldest idle one is closed, or this one while all are busy. */
  join(socket: Socket): void {
    const peer = plainAddress(socket.remoteAddress ?? '')
    if (this.isProxy(peer)) return
    const network = networkOf(peer)
    const own = this.byPeer.get(network) ?? new Set()
    this.byPeer.set(network, own)
    if (own.size >= this.most) (this.oldestIdle(own) ?? socket).destroy()
    own.add(socket)
    socket.once('close', () => {
      own.delete(socket)
      if (own.size === 0) this.byPeer.delete(network)
    })
  }

  private oldestIdle(own: ReadonlySet<Socket>): Socket | undefined {
    for (const socket of own) if (!socket.destroyed && !this.isBusy(socket)) return socket
    return undefined
  }
}
