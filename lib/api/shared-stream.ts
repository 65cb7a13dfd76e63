import { isRecord } from './call'
import type { ChannelLocks, Locks, TabChannel } from './channel-locks'

/** An event of the live stream, as `EventSource` and its followers deliver it. */
export interface StreamEvent {
  readonly data?: unknown
  /** Of another tab's stream: its version before this event, null before its first data. Absent: the event is from the tab's own stream. */
  readonly after?: number | null
}

/** The part of EventSource that is used; tests bring their own. */
export interface Stream {
  addEventListener(type: string, listener: (event: StreamEvent) => void): void
  readonly readyState: number
  /** Nothing can arrive yet, since other tabs have the streams: its silence means nothing. */
  readonly waiting?: boolean
  close(): void
}

/** What tabs share by. */
export interface Sharing {
  readonly locks: Locks
  readonly openChannel: (name: string) => TabChannel
}

export interface StreamSource {
  /** Where the own stream opens: everything after the version that is known then. */
  readonly url: () => string
  /** The version that is known; undefined before the first data. */
  readonly version: () => number | undefined
  /** Whose it is, and of which connection: tabs share a stream only where these are the same. Asked again for each stream. */
  readonly name: () => Promise<string>
}

/**
 * Streams of one browser at a time, all connections together: over HTTP/1.1 a browser opens six connections to a host, and requests need the
 * others.
 */
const SLOTS = ['1', '2', '3', '4']
const PREFIX = 'gearboard live'
/** Without Web Locks it takes other tabs a while to say whether they have a lock: after this time, ms, the owner polls. */
const LATE_MS = 250
/** `EventSource.CLOSED` and `CONNECTING` */
const CLOSED = 2
const CONNECTING = 0

/** Sent between tabs. `after`: the leader's version before the event; null before its first data. */
interface TabMessage {
  readonly type: 'beat' | 'delta' | 'error'
  readonly data?: string
  readonly after: number | null
}

const isTabMessage = (value: unknown): value is TabMessage =>
  isRecord(value) &&
  (value.type === 'beat' || value.type === 'delta' || value.type === 'error') &&
  (value.data === undefined || typeof value.data === 'string') &&
  (value.after === null || typeof value.after === 'number')

/** By its name: its class is loaded only where it is thrown. */
const isLockLost = (error: unknown): boolean => error instanceof Error && error.name === 'LockLost'

const openChannel = (name: string): TabChannel => new BroadcastChannel(name)

/** Of this tab, in a browser without Web Locks: only there are they loaded. */
let channelLocks: Promise<ChannelLocks> | undefined
const messageLocks: Locks = {
  async request(name, options, held) {
    channelLocks ??= import('./channel-locks').then((module) => new module.ChannelLocks(openChannel))
    return (await channelLocks).request(name, options, held)
  },
}

/** What this browser has for sharing streams. */
export function browserSharing(): Sharing {
  // The types say that they are always there; outside secure contexts (https, or localhost) they are not.
  const webLocks: Locks | undefined = navigator.locks
  return { locks: webLocks ?? messageLocks, openChannel }
}

/**
 * A live stream that the tabs of one browser share: the tab that holds the lock of its name leads, with a stream of its own, and hands on every
 * event; the others follow. The browser frees the lock when the leading tab closes, reloads or crashes, and the next tab leads. A leader opens its
 * stream when one of the browser's few places for streams is free. `behind` is dispatched when events cannot be expected soon or in full: the
 * owner then polls.
 */
export class SharedStream implements Stream {
  readyState = CONNECTING
  waiting = false
  private readonly listeners = new Map<string, (event: StreamEvent) => void>()
  /** Aborted when it is closed: it lets go of its locks then. */
  private readonly closing = new AbortController()
  private readonly closed = new Promise<void>((resolve) => {
    this.closing.signal.addEventListener('abort', () => resolve())
  })
  private channel: TabChannel | undefined
  private own: Stream | undefined

  constructor(
    private readonly source: StreamSource,
    private readonly sharing: Sharing,
    private readonly openOwn: (url: string) => Stream,
  ) {
    void this.join()
  }

  addEventListener(type: string, listener: (event: StreamEvent) => void): void {
    this.listeners.set(type, listener)
  }

  close(): void {
    this.readyState = CLOSED
    this.closing.abort()
    this.own?.close()
    this.channel?.close()
  }

  private dispatch(type: string, event: StreamEvent): void {
    if (!this.closing.signal.aborted) this.listeners.get(type)?.(event)
  }

  private async join(): Promise<void> {
    const { signal } = this.closing
    try {
      const name = `${PREFIX} ${await this.source.name()}`
      if (signal.aborted) return
      this.follow(name)
      for (;;) {
        try {
          await this.hold([name], () =>
            this.hold(
              SLOTS.map((slot) => `${PREFIX} place ${slot}`),
              () => this.lead(),
            ),
          )
          return
        } catch (error) {
          if (signal.aborted || !isLockLost(error)) throw error
          this.own?.close()
          this.own = undefined
        }
      }
    } catch {
      if (signal.aborted) return
      this.readyState = CLOSED
      this.dispatch('error', {})
    }
  }

  /** Runs `work` with one of the locks, whichever is free first, and keeps it until this stream is closed. */
  private async hold(names: readonly string[], work: () => unknown): Promise<void> {
    let taken = false
    const take = async () => {
      taken = true
      await work()
      await this.closed
    }
    const late = setTimeout(() => this.wait(), LATE_MS)
    try {
      for (const name of names) {
        await this.sharing.locks.request(name, { ifAvailable: true }, (lock) => {
          if (!lock) return
          clearTimeout(late)
          return take()
        })
        if (taken || this.closing.signal.aborted) return
      }
    } finally {
      clearTimeout(late)
    }
    this.wait()
    const found = new AbortController()
    const signal = AbortSignal.any([this.closing.signal, found.signal])
    const ask = async (name: string) => {
      let isThisOne = false
      try {
        await this.sharing.locks.request(name, { signal }, () => {
          if (taken || this.closing.signal.aborted) return
          isThisOne = true
          found.abort()
          return take()
        })
      } catch (error) {
        // No longer wanted: another one was free, or this stream is closed.
        if (isThisOne || !signal.aborted) throw error
      }
    }
    await Promise.all(names.map(ask))
  }

  private wait(): void {
    this.waiting = true
    this.dispatch('behind', {})
  }

  private follow(name: string): void {
    const channel = this.sharing.openChannel(name)
    this.channel = channel
    channel.addEventListener('message', ({ data }) => {
      if (this.own || !isTabMessage(data)) return
      this.waiting = false
      this.dispatch(data.type, { data: data.data, after: data.after })
    })
  }

  private lead(): void {
    if (this.closing.signal.aborted) return
    const own = this.openOwn(this.source.url())
    this.own = own
    this.waiting = false
    this.readyState = own.readyState
    for (const type of ['beat', 'delta', 'error'] as const) {
      own.addEventListener(type, ({ data }) => {
        this.readyState = own.readyState
        // A delta is not applied yet: this is the version before it.
        const after = this.source.version() ?? null
        const message: TabMessage = { type, after, ...(data !== undefined && { data: String(data) }) }
        this.channel?.postMessage(message)
        this.dispatch(type, { data })
      })
    }
  }
}
