import type { TabChannel } from '@/lib/api/channel-locks'

/** A BroadcastChannel among `peers`. It delivers at once, unless it is `frozen`: then when it is thawed. */
export class FakeChannel implements TabChannel {
  private listener: (event: { readonly data: unknown }) => void = () => {}
  private missed: unknown[] | undefined

  constructor(private readonly peers: Set<FakeChannel>) {
    peers.add(this)
  }

  addEventListener(_: 'message', listener: (event: { readonly data: unknown }) => void): void {
    this.listener = listener
  }

  postMessage(data: unknown): void {
    for (const peer of this.peers) if (peer !== this) peer.hear(structuredClone(data))
  }

  close(): void {
    this.peers.delete(this)
  }

  /** As a tab that is too busy for messages. */
  freeze(): void {
    this.missed = []
  }

  thaw(): void {
    const { missed = [] } = this
    this.missed = undefined
    for (const data of missed) this.listener({ data })
  }

  private hear(data: unknown): void {
    if (this.missed) this.missed.push(data)
    else this.listener({ data })
  }
}
