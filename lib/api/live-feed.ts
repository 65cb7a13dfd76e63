import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { QueryClient } from '@tanstack/react-query'
import { ApiError, call, describeError, isRecord, urlOf } from './call'
import type { LiveDelta } from './contract/connections'
import { applyUpdate } from './live-cache'
import { endpointQuery } from './query'
import { routes } from './routes'
import { serverClock } from './server-clock'
import { browserSharing, SharedStream, type Stream, type StreamEvent, type StreamSource } from './shared-stream'

/**
 * How the newest data arrives. `retrying`: nothing does; `error` says why. `gone`: Gearboard has no such connection any more, or this user may
 * not know of it.
 */
export type FeedMode = 'connecting' | 'streaming' | 'polling' | 'paused' | 'retrying' | 'gone'

export interface FeedState {
  readonly mode: FeedMode
  /** Server's clock, ms: when the last answer arrived; null before the first. */
  readonly receivedAt: number | null
  readonly error: string | null
}

export interface FeedOptions {
  readonly openStream?: (source: StreamSource) => Stream
  /** Pause between polls, and before a lost stream is opened again, ms. */
  readonly pollMs?: number
  readonly retryMs?: number
  /** A stream that failed several times, and a connection that is gone, are retried this often, ms. */
  readonly streamAgainMs?: number
  /** A stream without data for this long is dead, however open it looks: two heartbeats and some slack, ms. */
  readonly silenceMs?: number
}

/** After this many failures in a row a stream is given up for polling: a proxy may not let it through. */
const STREAM_FAILURES = 3
/** `EventSource.CLOSED`: the browser has given up by itself. */
const CLOSED = 2
/** How often a silent stream is looked for, ms. */
const CHECK_MS = 1000
/** A poll that takes longer has failed, ms: the next may take another way. */
const POLL_TIMEOUT_MS = 10_000

const BROKE = 'Live updates were interrupted.'
/** After an upgrade, a page of the old version is still open. */
const UNREADABLE = 'Gearboard sent an update that this page cannot read. Reload the page.'

/** Whether it has the parts of a delta. Rows are not looked at: a first delta has up to 100,000. */
const isLiveDelta = (value: unknown): value is LiveDelta =>
  isRecord(value) &&
  typeof value.version === 'number' &&
  typeof value.full === 'boolean' &&
  isRecord(value.connection) &&
  [value.shards, value.samples].every(Array.isArray) &&
  [value.executions, value.registrations].every(
    (change) => isRecord(change) && Array.isArray(change.upserts) && Array.isArray(change.removed),
  )

/** The stream that this browser's tabs share. */
const openShared = (source: StreamSource): Stream =>
  new SharedStream(source, browserSharing(), (url) => new EventSource(url))

function readDelta(data: unknown): LiveDelta | undefined {
  try {
    const value: unknown = JSON.parse(String(data))
    return isLiveDelta(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps a connection's live state in the query cache: server-sent deltas, resumed from the last version; polling `?since=` of the same feed
 * while no stream delivers; nothing while paused. A stream counts as live only while events arrive on it: the server sends a heartbeat, and
 * one that carries nothing is closed, polled around and opened again. Data that is there stays when the feed breaks.
 */
export class LiveFeed {
  private state: FeedState = { mode: 'connecting', receivedAt: null, error: null }
  private readonly listeners = new Set<() => void>()
  private readonly options: Required<FeedOptions>
  private stream: Stream | undefined
  private reopening: ReturnType<typeof setTimeout> | undefined
  private checking: ReturnType<typeof setInterval> | undefined
  private polling: AbortController | undefined
  private pollingAgain: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  /** Steady clock, ms. */
  private heardAt = 0
  /** Of the stream; undefined asks for everything. */
  private version: number | undefined
  private polled: { executions?: number; registrations?: number } = {}

  constructor(
    private readonly client: QueryClient,
    private readonly connection: string,
    options: FeedOptions = {},
  ) {
    this.options = {
      openStream: openShared,
      pollMs: 2000,
      retryMs: 1000,
      streamAgainMs: 30_000,
      silenceMs: 12_000,
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
    this.checking = setInterval(this.check, Math.min(CHECK_MS, this.options.silenceMs))
  }

  /** Lets go of everything; the cache keeps what it has. */
  stop(): void {
    clearInterval(this.checking)
    this.closeStream()
    this.stopPolling()
  }

  readonly pause = (): void => {
    this.stop()
    this.set({ mode: 'paused', error: null })
  }

  readonly resume = (): void => this.start()

  /** The network may be another one now, or the machine slept: does not wait for the stream to be missed. */
  readonly reconnect = (): void => {
    if (this.state.mode === 'paused' || this.state.mode === 'connecting') return
    this.failures = 0
    this.closeStream()
    this.openStream()
    this.startPolling()
  }

  /** Gives up a stream that has fallen silent. Timers stand still while a machine sleeps, so that waking up calls it as well. */
  readonly check = (): void => {
    if (!this.stream) return
    if (this.stream.waiting) this.heardAt = steadyMs()
    const silence = steadyMs() - this.heardAt
    if (silence > this.options.silenceMs)
      this.lose(`Disconnected from Gearboard: nothing received for ${Math.round(silence / 1000)} s.`)
  }

  private set(change: Partial<FeedState>): void {
    this.state = { ...this.state, ...change }
    for (const listener of this.listeners) listener()
  }

  private openStream(): void {
    clearTimeout(this.reopening)
    const { connection } = this
    const stream = this.options.openStream({
      url: () => urlOf(routes.live.path, { connection }, { since: this.version }),
      version: () => this.version,
      name: () => this.streamName(),
    })
    this.stream = stream
    this.heardAt = steadyMs()
    const hear = (type: string, listener: (event: StreamEvent) => void) =>
      stream.addEventListener(type, (event) => {
        if (this.stream !== stream) return
        this.heardAt = steadyMs()
        listener(event)
      })
    hear('beat', ({ data, after }) => {
      serverClock.observe(Number(data))
      // Nothing new since the version that it was resumed from: what is shown is current.
      if (this.version !== undefined && (after === undefined || after === this.version)) this.alive()
      else if (after !== undefined) this.startPolling()
    })
    hear('delta', ({ data, after }) => {
      const delta = readDelta(data)
      if (!delta) this.lose(UNREADABLE)
      else if (delta.full || this.fits(after, delta.version)) this.receiveDelta(delta)
      else this.startPolling()
    })
    hear('behind', () => this.startPolling())
    stream.addEventListener('error', () => {
      if (this.stream !== stream) return
      // Perhaps since the user signed out, in this tab or another.
      this.askWhoIsSignedIn()
      this.failures += 1
      if (this.failures >= STREAM_FAILURES || stream.readyState === CLOSED) this.giveUp(BROKE)
      else this.break(BROKE)
    })
  }

  /** Whether a delta from `after` to `version`, of another tab's stream, leaves no gap after what is known here, and is not older. */
  private fits(after: number | null | undefined, version: number): boolean {
    if (after === undefined) return true
    return after !== null && this.version !== undefined && after <= this.version && this.version <= version
  }

  /** Tabs share only what the same person may see of the same connection: another sign-in, or another role, has another name. */
  private async streamName(): Promise<string> {
    const me = await this.client.fetchQuery(endpointQuery('me'))
    const own = me.connections.find(({ name }) => name === this.connection)
    return JSON.stringify([this.connection, me.kind, me.name, me.role, own?.role, own?.hides])
  }

  /** The sign-in page appears if nobody is. */
  private askWhoIsSignedIn(): void {
    void this.client.invalidateQueries({ queryKey: ['me'] })
  }

  private receiveDelta(delta: LiveDelta): void {
    this.version = delta.version
    // The stream's versions are those of the feed: a later fallback continues from here.
    this.polled = { executions: delta.version, registrations: delta.version }
    applyUpdate(this.client, this.connection, delta)
    this.alive()
  }

  private alive(): void {
    this.failures = 0
    this.stopPolling()
    this.set({ mode: 'streaming', receivedAt: serverClock.now(), error: null })
  }

  private lose(why: string): void {
    this.failures += 1
    this.giveUp(why)
  }

  /** The stream is gone; polls until another one delivers. */
  private giveUp(why: string): void {
    this.closeStream()
    this.break(why)
    const wait = this.failures < STREAM_FAILURES ? this.options.retryMs : this.options.streamAgainMs
    this.reopening = setTimeout(() => this.openStream(), wait)
    this.startPolling()
  }

  /** A stream that was only tried changes nothing about what polls deliver or found out. */
  private break(why: string): void {
    if (this.state.mode !== 'polling' && this.state.mode !== 'gone') this.set({ mode: 'retrying', error: why })
  }

  private closeStream(): void {
    clearTimeout(this.reopening)
    this.stream?.close()
    this.stream = undefined
  }

  private startPolling(): void {
    if (this.polling) return
    const controller = new AbortController()
    this.polling = controller
    void this.poll(controller.signal)
  }

  private stopPolling(): void {
    clearTimeout(this.pollingAgain)
    this.polling?.abort()
    this.polling = undefined
  }

  private async poll(signal: AbortSignal): Promise<void> {
    try {
      await this.pollOnce(signal)
      if (signal.aborted) return
      this.set({ mode: 'polling', receivedAt: serverClock.now(), error: null })
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ApiError && error.code === 'unauthenticated') this.askWhoIsSignedIn()
      const gone = error instanceof ApiError && error.code === 'not_found'
      this.set({ mode: gone ? 'gone' : 'retrying', error: describeError(error) })
    }
    // One of the same name may be added later.
    const wait = this.state.mode === 'gone' ? this.options.streamAgainMs : this.options.pollMs
    this.pollingAgain = setTimeout(() => void this.poll(signal), wait)
  }

  /** The same feed by four plain calls; each list has its own `since`. */
  private async pollOnce(signal: AbortSignal): Promise<void> {
    const params = { connection: this.connection }
    const options = { signal, timeoutMs: POLL_TIMEOUT_MS }
    const [connections, executions, registrations, memory] = await Promise.all([
      call('connections', options),
      call('executions', { params, query: { since: this.polled.executions }, ...options }),
      call('registrations', { params, query: { since: this.polled.registrations }, ...options }),
      call('memory', { params, ...options }),
    ])
    if (signal.aborted) return
    serverClock.observe(connections.at)
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
