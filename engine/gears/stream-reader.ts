import type { KeyEvent, Reply, Shard } from '../core'
import type { Execution } from './execution'
import type { Executions } from './executions'
import type { Launcher } from './launcher'
import { type ArgValue, type Reader, Registration, type RegistrationInit } from './registration'
import { compareIds, entriesOf, fieldPairs, pairsOf, text } from './stream-entries'
import type { Version } from './terms'
import { bytesValue } from './values'

/** Shared by all registrations: two on one stream compete for its messages (protocol 3.4). */
const GROUP = Buffer.from('__gears_consumer_group__')
const CONSUMER = Buffer.from('__gears_client__')
/** Ids that give a time this far from now are not clock times. */
const CLOCK_MS = 24 * 60 * 60 * 1000

interface StreamSpec {
  readonly prefix: string
  readonly batch: number
  readonly duration: number
  readonly policy: 'continue' | 'abort' | 'retry'
  /** Seconds. */
  readonly retryInterval: number
  readonly trim: boolean
}

// The arguments come from _rg/plan.py, which has checked each of them: this is their raw boundary.
const streamSpec = (spec: unknown): StreamSpec => spec as StreamSpec

type StreamStatus = 'OK' | 'WAITING_FOR_RETRY_ON_FAILURE' | 'ABORTED' | 'PAUSED'

/** What a registration knows of one stream. */
interface Stream {
  readonly key: Buffer
  running: Execution | undefined
  /** Messages up to this id were there before the registration: they wait for no full batch. */
  old: string
  /** When the first message of an incomplete batch came. */
  since: number | undefined
  timer: { cancel(): void } | undefined
  batchSince: number
  pendingTwice: boolean
}

export class StreamRegistration extends Registration {
  override status: StreamStatus = 'OK'
  override readonly reportsLag = true
  readonly streams = new Map<string, Stream>()
  retry: { cancel(): void } | undefined
  private readonly start: Buffer
  private readonly exact: boolean

  constructor(
    init: RegistrationInit,
    readonly spec: StreamSpec,
    private readonly reader: StreamReader,
  ) {
    super(init)
    this.exact = !spec.prefix.endsWith('*')
    this.start = Buffer.from(this.exact ? spec.prefix : spec.prefix.slice(0, -1))
  }

  matches(key: Buffer): boolean {
    return this.exact ? key.equals(this.start) : key.subarray(0, this.start.length).equals(this.start)
  }

  args(version: Version): readonly (readonly [string, ArgValue])[] {
    const { prefix, batch, duration, policy, retryInterval, trim } = this.spec
    const args: [string, ArgValue][] = [
      ['batchSize', batch],
      ['durationMS', duration],
      ['stream', prefix],
    ]
    if (version !== '1.0')
      args.push(['trimStream', trim ? 1 : 0], ['onFailedPolicy', policy], ['retryInterval', retryInterval])
    return args
  }

  attach(): void {
    this.reader.attach(this)
  }

  detach(): void {
    this.reader.detach(this)
  }

  /** RG.PAUSEREGISTRATIONS: what has not started is dropped, what runs ends and starts nothing further. */
  pause(): void {
    this.reader.pause(this)
  }

  /** RG.UNPAUSEREGISTRATIONS; nothing to do for one that runs. */
  unpause(): void {
    this.reader.unpause(this)
  }
}

/** StreamReader registrations: fired by XADD, consuming through one consumer group. */
export class StreamReader implements Reader {
  private readonly attached = new Set<StreamRegistration>()

  constructor(
    private readonly shard: Shard,
    private readonly version: Version,
    private readonly executions: Executions,
    private readonly launcher: Launcher,
  ) {
    shard.onKeyEvent((event) => this.onEvent(event))
  }

  make(init: RegistrationInit): StreamRegistration {
    return new StreamRegistration(init, streamSpec(init.spec), this)
  }

  attach(registration: StreamRegistration): void {
    this.attached.add(registration)
    this.scan(registration)
  }

  detach(registration: StreamRegistration): void {
    this.attached.delete(registration)
    registration.retry?.cancel()
    for (const stream of registration.streams.values()) stream.timer?.cancel()
  }

  pause(registration: StreamRegistration): void {
    if (registration.status === 'PAUSED' || registration.status === 'ABORTED') return
    registration.status = 'PAUSED'
    registration.retry?.cancel()
    for (const stream of registration.streams.values()) stream.timer?.cancel()
    for (const execution of [...registration.live]) this.executions.stopPending(execution)
  }

  unpause(registration: StreamRegistration): void {
    if (registration.status === 'OK') return
    registration.status = 'OK'
    registration.retry?.cancel()
    this.meetAll(registration)
  }

  /** Every matching stream is met as for the first time. */
  private meetAll(registration: StreamRegistration): void {
    for (const stream of registration.streams.values()) stream.timer?.cancel()
    registration.streams.clear()
    this.scan(registration)
  }

  private onEvent(event: KeyEvent): void {
    if (event.event !== 'xadd') return
    for (const registration of [...this.attached]) {
      if (registration.status === 'OK' && registration.matches(event.key)) this.arrived(registration, event.key)
    }
  }

  private arrived(registration: StreamRegistration, key: Buffer): void {
    const known = registration.streams.get(key.toString('latin1'))
    if (known) {
      known.since ??= this.shard.now()
      this.proceed(registration, known)
    } else {
      this.meet(registration, key, '0-0')
    }
  }

  /** Registration, unpause, retry: every matching stream that is there. */
  private scan(registration: StreamRegistration): void {
    const { shard } = this
    const pattern = Buffer.from(registration.spec.prefix)
    let cursor = '0'
    do {
      const step = shard.scan(cursor, pattern, 1000)
      cursor = step.cursor
      for (const key of step.keys) {
        if (shard.peek(0, key)?.type === 'stream') this.meet(registration, key, this.lastId(key))
      }
    } while (cursor !== '0')
  }

  /** First contact: what is pending is read first, then what is new. */
  private meet(registration: StreamRegistration, key: Buffer, old: string): void {
    const stream: Stream = {
      key,
      running: undefined,
      old,
      since: this.shard.now(),
      timer: undefined,
      batchSince: 0,
      pendingTwice: false,
    }
    registration.streams.set(key.toString('latin1'), stream)
    this.run(registration, stream, true)
  }

  private proceed(registration: StreamRegistration, stream: Stream): void {
    if (stream.running || registration.status !== 'OK' || registration.unregistered) return
    // It was met anew since, after a pause or for a retry.
    if (registration.streams.get(stream.key.toString('latin1')) !== stream) return
    const { batch, duration } = registration.spec
    const waiting = this.unread(stream.key, batch)
    if (waiting.length === 0) {
      stream.since = undefined
      return
    }
    stream.since ??= this.shard.now()
    const whole = waiting.length >= batch || compareIds(waiting[0] ?? '0-0', stream.old) <= 0
    const due = whole ? 0 : duration > 0 ? stream.since + duration - this.shard.now() : Number.POSITIVE_INFINITY
    if (due <= 0) this.run(registration, stream, false)
    else if (due < Number.POSITIVE_INFINITY) this.waitFor(registration, stream, due)
  }

  /** An incomplete batch is read when `duration` has passed since its first message. */
  private waitFor(registration: StreamRegistration, stream: Stream, ms: number): void {
    stream.timer?.cancel()
    stream.timer = this.shard.timer(ms, () => {
      if (!registration.unregistered) this.proceed(registration, stream)
    })
  }

  private run(registration: StreamRegistration, stream: Stream, pending: boolean): void {
    stream.timer?.cancel()
    stream.batchSince = stream.since ?? this.shard.now()
    stream.since = undefined
    const claim: { execution: Execution | undefined } = { execution: undefined }
    // A sync function has ended when `fire` returns, and may have started the next.
    let ended = false
    const execution = this.launcher.fire(
      registration,
      { source: (own) => this.read(registration, stream, own, pending) },
      (own) => {
        ended = true
        if (stream.running === claim.execution) stream.running = undefined
        this.completed(registration, stream, own, pending)
      },
    )
    if (ended) return
    claim.execution = execution
    stream.running = execution
  }

  /** The batch, read when the execution begins. */
  private read(registration: StreamRegistration, stream: Stream, execution: Execution, pending: boolean): string {
    const { key } = stream
    this.makeGroup(key)
    const count = pending ? [] : ['COUNT', String(registration.spec.batch)]
    const reply = this.call('XREADGROUP', 'GROUP', GROUP, CONSUMER, ...count, 'STREAMS', key, pending ? '0' : '>')
    const entries = entriesOf(reply)
    execution.batch = entries.map(({ id }) => id)
    return JSON.stringify({ key: bytesValue(key), entries: entries.map(({ id, fields }) => [id, fieldPairs(fields)]) })
  }

  private completed(registration: StreamRegistration, stream: Stream, execution: Execution, pending: boolean): void {
    const { counters, spec } = registration
    const error = execution.outcome?.errors[0]
    // Only a function that says so through flat_error can begin its error like this.
    if (error?.startsWith('PAUSE')) {
      registration.status = 'PAUSED'
      return
    }
    if (execution.status === 'aborted' && !execution.started) return
    const failed = error !== undefined
    if (failed && spec.policy === 'abort') {
      registration.status = 'ABORTED'
      return
    }
    if (failed && spec.policy === 'retry') {
      if (registration.status === 'OK') this.retryLater(registration)
      return
    }
    this.acknowledge(registration, stream, execution)
    if (pending && this.version === '1.0' && !stream.pendingTwice) {
      // 1.0 reads what is pending twice on first contact.
      stream.pendingTwice = true
      this.run(registration, stream, true)
      return
    }
    if (!pending && execution.batch.length > 0) counters.lag(this.lagOf(stream, execution))
    this.proceed(registration, stream)
  }

  private retryLater(registration: StreamRegistration): void {
    registration.status = 'WAITING_FOR_RETRY_ON_FAILURE'
    registration.retry?.cancel()
    registration.retry = this.shard.timer(registration.spec.retryInterval * 1000, () => {
      if (registration.unregistered || registration.status !== 'WAITING_FOR_RETRY_ON_FAILURE') return
      registration.status = 'OK'
      this.meetAll(registration)
    })
  }

  private acknowledge(registration: StreamRegistration, stream: Stream, execution: Execution): void {
    if (execution.batch.length === 0) return
    const { key } = stream
    this.call('XACK', key, GROUP, ...execution.batch)
    if (registration.spec.trim) this.call('XTRIM', key, 'MAXLEN', String(this.unread(key).length))
  }

  /** Ids that the group has not been given yet, at most `count`. */
  private unread(key: Buffer, count?: number): string[] {
    const last = this.lastDelivered(key)
    const limit = count === undefined ? [] : ['COUNT', String(count)]
    const reply = this.call('XRANGE', key, last === undefined ? '-' : `(${last}`, '+', ...limit)
    return Array.isArray(reply) ? reply.map((entry) => (Array.isArray(entry) ? text(entry[0]) : '')) : []
  }

  private lastDelivered(key: Buffer): string | undefined {
    const groups = this.call('XINFO', 'GROUPS', key)
    for (const group of Array.isArray(groups) ? groups : []) {
      const fields = pairsOf(group)
      if (fields.get('name') === GROUP.toString()) return fields.get('last-delivered-id')
    }
    return undefined
  }

  private lastId(key: Buffer): string {
    const [entry] = entriesOf([[key, this.call('XREVRANGE', key, '+', '-', 'COUNT', '1')]])
    return entry?.id ?? '0-0'
  }

  private makeGroup(key: Buffer): void {
    if (this.lastDelivered(key) === undefined) this.call('XGROUP', 'CREATE', key, GROUP, '0')
  }

  /** From the arrival of the batch's first message, which an automatic id tells, to now. */
  private lagOf(stream: Stream, execution: Execution): number {
    const now = this.shard.now()
    const stamp = Number((execution.batch[0] ?? '0-0').split('-')[0])
    const arrived = Math.abs(now - stamp) < CLOCK_MS ? stamp : stream.batchSince
    return Math.max(0, Math.round(now - arrived))
  }

  private call(...argv: (string | Buffer)[]): Reply {
    return this.shard.call(
      argv.map((arg) => (typeof arg === 'string' ? Buffer.from(arg) : arg)),
      { origin: 'internal', db: 0 },
    )
  }
}
