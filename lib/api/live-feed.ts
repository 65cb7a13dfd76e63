import type { QueryClient } from '@tanstack/react-query'
import { ApiError, call, describeError, urlOf } from './call'
import { contract, type LiveDelta } from './contract'
import { applyUpdate } from './live-cache'

/** How the newest data arrives. `retrying`: nothing does; `error` says why. */
export type FeedMode = 'connecting' | 'streaming' | 'polling' | 'paused' | 'retrying'

export interface FeedState {
  readonly mode: FeedMode
  /** Browser clock, ms: when the last answer arrived; null before the first. */
  readonly receivedAt: number | null
  readonly error: string | null
}

/** The part of EventSource that is used; tests bring their own. */
export interface Stream {
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void
  readonly readyState: number
  close(): void
}

export interface FeedOptions {
  readonly openStream?: (url: string) => Stream
  /** Pause between polls, and before a lost stream is opened again, ms. */
  readonly pollMs?: number
  readonly retryMs?: number
  /** While polling, the stream is tried again so often, ms. */
  readonly streamAgainMs?: number
}

/** A stream that fails so often in a row is given up for polling: a proxy may not let it through. */
const STREAM_FAILURES = 3
/** `EventSource.CLOSED`: the browser has given up by itself. */
const CLOSED = 2

/**
 * Keeps a connection's live state in the query cache: server-sent deltas, resumed from the last version; polling `?since=` of the same
 * feed where streams do not pass; nothing while paused. Data that is there stays when the feed breaks.
 */
export class LiveFeed {
  private state: FeedState = { mode: 'connecting', receivedAt: null, error: null }
  private readonly listeners = new Set<() => void>()
  private readonly options: Required<FeedOptions>
  private stream: Stream | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private polling: AbortController | undefined
  private failures = 0
  private streamGivenUpAt = 0
  /** Of the stream; undefined asks for everything. */
  private version: number | undefined
  private polled: { executions?: number; registrations?: number } = {}

  constructor(
    private readonly client: QueryClient,
    private readonly connection: string,
    options: FeedOptions = {},
  ) {
    this.options = {
      openStream: (url) => new EventSource(url),
      pollMs: 2000,
      retryMs: 1000,
      streamAgainMs: 30_000,
      ...options,
    }
    // Comparing 100,000 rows field by field on each delta would cost more than all the rest.
    client.setQueryDefaults(['live'], { structuralSharing: false, staleTime: Infinity, gcTime: Infinity })
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly getState = (): FeedState => this.state

  start(): void {
    this.stop()
    this.set({ mode: 'connecting', error: null })
    this.openStream()
  }

  /** Lets go of everything; the cache keeps what it has. */
  stop(): void {
    clearTimeout(this.timer)
    this.stream?.close()
    this.stream = undefined
    this.polling?.abort()
    this.polling = undefined
  }

  readonly pause = (): void => {
    this.stop()
    this.set({ mode: 'paused', error: null })
  }

  readonly resume = (): void => this.start()

  private set(change: Partial<FeedState>): void {
    this.state = { ...this.state, ...change }
    for (const listener of this.listeners) listener()
  }

  private openStream(): void {
    const params = { connection: this.connection }
    const stream = this.options.openStream(urlOf(contract.live.path, params, { since: this.version }))
    this.stream = stream
    stream.addEventListener('delta', (event) => {
      if (this.stream !== stream) return
      // The raw boundary: the contract types what the server writes here.
      this.receive(JSON.parse(String(event.data)) as LiveDelta)
    })
    stream.addEventListener('error', () => {
      if (this.stream !== stream) return
      this.failures += 1
      if (this.failures >= STREAM_FAILURES) this.fallBack()
      else if (stream.readyState === CLOSED) this.reopenLater()
      else this.set({ mode: 'retrying', error: 'The live stream broke.' })
    })
  }

  private receive(delta: LiveDelta): void {
    this.failures = 0
    this.version = delta.version
    // The stream's versions are those of the feed: a later fallback goes on from here.
    this.polled = { executions: delta.version, registrations: delta.version }
    applyUpdate(this.client, this.connection, delta)
    this.set({ mode: 'streaming', receivedAt: Date.now(), error: null })
  }

  private reopenLater(): void {
    this.stream?.close()
    this.stream = undefined
    this.set({ mode: 'retrying', error: 'The live stream broke.' })
    this.timer = setTimeout(() => this.openStream(), this.options.retryMs)
  }

  private fallBack(): void {
    this.stream?.close()
    this.stream = undefined
    this.streamGivenUpAt = Date.now()
    void this.poll()
  }

  private async poll(): Promise<void> {
    const controller = new AbortController()
    this.polling = controller
    try {
      await this.pollOnce(controller.signal)
      if (controller.signal.aborted) return
      this.set({ mode: 'polling', receivedAt: Date.now(), error: null })
    } catch (error) {
      if (controller.signal.aborted) return
      // Signed out meanwhile: whoever watches that query shows the sign-in.
      if (error instanceof ApiError && error.code === 'unauthenticated')
        void this.client.invalidateQueries({ queryKey: ['me'] })
      this.set({ mode: 'retrying', error: describeError(error) })
    }
    this.timer = setTimeout(() => {
      if (Date.now() - this.streamGivenUpAt < this.options.streamAgainMs) void this.poll()
      else {
        // One failure is enough to come back here.
        this.failures = STREAM_FAILURES - 1
        this.openStream()
      }
    }, this.options.pollMs)
  }

  /** The same feed by four plain calls; each list has its own `since`. */
  private async pollOnce(signal: AbortSignal): Promise<void> {
    const params = { connection: this.connection }
    const [connections, executions, registrations, memory] = await Promise.all([
      call(contract.connections, { signal }),
      call(contract.executions, { params, query: { since: this.polled.executions }, signal }),
      call(contract.registrations, { params, query: { since: this.polled.registrations }, signal }),
      call(contract.memory, { params, signal }),
    ])
    if (signal.aborted) return
    const connection = connections.connections.find((state) => state.name === this.connection)
    applyUpdate(this.client, this.connection, {
      full: false,
      shards: executions.shards,
      ...(connection && { connection }),
    })
    applyUpdate(this.client, this.connection, {
      full: executions.full,
      executions: { upserts: executions.executions, removed: executions.removed },
    })
    applyUpdate(this.client, this.connection, {
      full: registrations.full,
      registrations: { upserts: registrations.registrations, removed: registrations.removed },
    })
    applyUpdate(this.client, this.connection, { full: true, samples: memory.samples })
    this.polled = { executions: executions.version, registrations: registrations.version }
    // What the stream may resume from: the older of the two, so that nothing is missed.
    this.version = Math.min(executions.version, registrations.version)
  }
}
