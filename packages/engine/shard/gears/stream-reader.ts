import { steadyMs, wallMs } from '../../clock'
import type { ReaderCall } from '../../python/entry'
import { checked, hasFields, isFlag, isInteger, isOneOf, isText } from '../../type-guards'
import type { CommandReply, KeyEvent, ShardApi } from '../core'
import type { ShardExecution } from './execution'
import type { Executions } from './executions'
import type { Launcher } from './launcher'
import { type ArgValue, ReaderRegistration, type RegistrationFactory, type RegistrationInit } from './registration'
import { entriesOf, entriesSource, idAfter, pairsOf } from './stream-entries'
import type { GearsVersion } from './terms'

/** All registrations share this group: two on one stream compete for its messages (protocol 3.4). */
const GROUP = Buffer.from('__gears_consumer_group__')
const CONSUMER = Buffer.from('__gears_client__')
/** An id whose time is further than this from now was not made by the clock. */
const CLOCK_MS = 24 * 60 * 60 * 1000

interface StreamSpec {
  readonly prefix: string
  readonly batch: number
  readonly duration: number
  readonly policy: 'continue' | 'abort' | 'retry'
  /** In seconds. */
  readonly retryInterval: number
  readonly trim: boolean
}

type StreamReaderStatus = 'OK' | 'WAITING_FOR_RETRY_ON_FAILURE' | 'ABORTED' | 'PAUSED'

/** How far a registration has read one stream. */
interface StreamProgress {
  readonly key: Buffer
  running: ShardExecution | undefined
  /** How many messages from before the first contact are still unread. While there are any, no batch has to be full. */
  left: number
  /** In 1.0: the messages that arrived since the last full batch. */
  came: number
  /** A sync function is running, or several one after another. */
  draining: boolean
  /** What to read when the running sync function has ended. */
  next: ReadPhase | undefined
  /** When the first message of an incomplete batch arrived. */
  since: number | undefined
  timer: { cancel(): void } | undefined
  batchSince: number
}

/** Pending messages, messages from before the first contact, or a batch of newer ones. */
type ReadPhase = 'pending' | 'left' | 'batch'

export class StreamReaderRegistration extends ReaderRegistration {
  override status: StreamReaderStatus = 'OK'
  override readonly reportsLag = true
  readonly streams = new Map<string, StreamProgress>()
  /** Streams that a scan found and that have not been opened yet. */
  unmet: Buffer[] = []
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

  args(version: GearsVersion): readonly (readonly [string, ArgValue])[] {
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

  /** Implements RG.PAUSEREGISTRATIONS: drops queued executions; running ones end and start no others. */
  pause(): void {
    this.reader.pause(this)
  }

  /** Implements RG.UNPAUSEREGISTRATIONS; does nothing for a running registration. */
  unpause(): void {
    this.reader.unpause(this)
  }
}

/** StreamReader registrations: XADD fires them, and they read through one consumer group. */
export class StreamReader implements RegistrationFactory {
  private readonly attached = new Set<StreamReaderRegistration>()

  constructor(
    private readonly shard: ShardApi,
    private readonly version: GearsVersion,
    private readonly executions: Executions,
    private readonly launcher: Launcher,
  ) {
    shard.onKeyEvent((event) => this.onEvent(event))
  }

  make(init: RegistrationInit): StreamReaderRegistration {
    return new StreamReaderRegistration(init, streamSpec(init.spec), this)
  }

  attach(registration: StreamReaderRegistration): void {
    this.attached.add(registration)
    this.scan(registration)
  }

  detach(registration: StreamReaderRegistration): void {
    this.attached.delete(registration)
    this.halt(registration)
    if (this.version !== '1.0') this.dropQueued(registration)
  }

  pause(registration: StreamReaderRegistration): void {
    if (registration.status === 'PAUSED' || registration.status === 'ABORTED') return
    this.stop(registration, 'PAUSED')
  }

  unpause(registration: StreamReaderRegistration): void {
    if (registration.status === 'OK') return
    registration.status = 'OK'
    registration.retry?.cancel()
    this.meetAll(registration)
  }

  /** Starts no further executions; running ones end. */
  private stop(registration: StreamReaderRegistration, status: StreamReaderStatus): void {
    registration.status = status
    this.halt(registration)
    this.dropQueued(registration)
  }

  private halt(registration: StreamReaderRegistration): void {
    registration.retry?.cancel()
    registration.unmet = []
    for (const stream of registration.streams.values()) stream.timer?.cancel()
  }

  /** Queued executions leave the list and count as aborted. In 1.2, this applies only to those that are local by mode; the others run. */
  private dropQueued(registration: StreamReaderRegistration): void {
    if (this.version !== '1.0' && registration.init.mode !== 'async_local') return
    for (const execution of [...registration.live]) {
      if (!execution.pending) continue
      this.executions.drop(execution)
      this.executions.stopPending(execution)
    }
  }

  /** Opens every matching stream as if for the first time. */
  private meetAll(registration: StreamReaderRegistration): void {
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

  private arrived(registration: StreamReaderRegistration, key: Buffer): void {
    const known = registration.streams.get(key.toString('latin1'))
    if (this.version === '1.0') {
      this.count(registration, known ?? this.meet(registration, key, 1))
    } else if (known) {
      known.since ??= steadyMs()
      this.proceed(registration, known)
    } else {
      // A scan that has not reached this stream would otherwise open it a second time.
      const rest = registration.unmet.filter((other) => !other.equals(key))
      const found = rest.length < registration.unmet.length
      registration.unmet = rest
      this.meet(registration, key, found ? this.length(key) : 0)
    }
  }

  /** In 1.0, each full batch that has arrived starts an execution, whatever else is running or was read by then. */
  private count(registration: StreamReaderRegistration, stream: StreamProgress): void {
    const { batch, duration } = registration.spec
    stream.came += 1
    if (stream.came >= batch) this.run(registration, stream, 'batch')
    else if (stream.came === 1 && duration > 0) this.waitFor(registration, stream, duration)
  }

  /**
   * Opens every matching stream, after registration, unpause or retry. As in RedisGears, the executions that the scan starts run first: a
   * function that fails on the first stream stops the scan before the others.
   */
  private scan(registration: StreamReaderRegistration): void {
    const { shard } = this
    const pattern = Buffer.from(registration.spec.prefix)
    let cursor = '0'
    do {
      const step = shard.scan(cursor, pattern, 1000)
      cursor = step.cursor
      for (const key of step.keys) {
        if (shard.peek(0, key)?.type === 'stream') registration.unmet.push(key)
      }
    } while (cursor !== '0')
    if (registration.init.mode === 'sync') while (this.meetNext(registration)) {}
    else this.scanOn(registration)
  }

  private scanOn(registration: StreamReaderRegistration): void {
    // In 1.2, the functions on opened streams run first.
    const busy = this.version !== '1.0' && [...registration.live].some(({ pending }) => pending)
    if (busy || this.meetNext(registration)) registration.init.worker.addTask(() => this.scanOn(registration))
  }

  /** Returns false if the scan is complete or was stopped. */
  private meetNext(registration: StreamReaderRegistration): boolean {
    if (registration.unregistered || registration.status !== 'OK') return false
    const key = registration.unmet.shift()
    if (!key) return false
    this.meet(registration, key, this.length(key))
    return true
  }

  /** First contact with a stream: reads pending messages first, then new ones. */
  private meet(registration: StreamReaderRegistration, key: Buffer, left: number): StreamProgress {
    const stream: StreamProgress = {
      key,
      running: undefined,
      left,
      came: 0,
      draining: false,
      next: undefined,
      since: steadyMs(),
      timer: undefined,
      batchSince: 0,
    }
    registration.streams.set(key.toString('latin1'), stream)
    this.run(registration, stream, 'pending')
    return stream
  }

  private proceed(registration: StreamReaderRegistration, stream: StreamProgress): void {
    if (stream.running || !this.goesOn(registration, stream)) return
    if (stream.left > 0) {
      this.run(registration, stream, 'left')
      return
    }
    const { batch, duration } = registration.spec
    const waiting = this.unread(stream.key, batch)
    if (waiting === 0) {
      stream.since = undefined
      return
    }
    stream.since ??= steadyMs()
    const due = waiting >= batch ? 0 : duration > 0 ? stream.since + duration - steadyMs() : Number.POSITIVE_INFINITY
    if (due <= 0) this.run(registration, stream, 'batch')
    else if (due < Number.POSITIVE_INFINITY) this.waitFor(registration, stream, due)
  }

  /** Also false if the stream was opened again since, after a pause or for a retry. */
  private goesOn(registration: StreamReaderRegistration, stream: StreamProgress): boolean {
    if (registration.status !== 'OK' || registration.unregistered) return false
    return registration.streams.get(stream.key.toString('latin1')) === stream
  }

  /** An incomplete batch is read `duration` after its first message. */
  private waitFor(registration: StreamReaderRegistration, stream: StreamProgress, ms: number): void {
    stream.timer?.cancel()
    stream.timer = this.shard.timer(ms, () => {
      if (this.version !== '1.0') this.proceed(registration, stream)
      else if (this.goesOn(registration, stream)) this.run(registration, stream, 'batch')
    })
  }

  /** A sync function has ended when `start` returns. The next batch is read in this loop, not deeper on the stack. */
  private run(registration: StreamReaderRegistration, stream: StreamProgress, reading: ReadPhase): void {
    if (registration.init.mode !== 'sync') {
      this.start(registration, stream, reading)
      return
    }
    stream.next ??= reading
    if (stream.draining) return
    stream.draining = true
    for (let next: ReadPhase | undefined = reading; next; next = stream.next) {
      stream.next = undefined
      this.start(registration, stream, next)
    }
    stream.draining = false
  }

  private start(registration: StreamReaderRegistration, stream: StreamProgress, reading: ReadPhase): void {
    stream.timer?.cancel()
    if (reading === 'batch') stream.came = 0
    stream.batchSince = stream.since ?? steadyMs()
    stream.since = undefined
    const claim: { execution: ShardExecution | undefined } = { execution: undefined }
    let ended = false
    const execution = this.launcher.fire(
      registration,
      { source: (own) => this.read(registration, stream, own, reading) },
      (own) => {
        ended = true
        if (stream.running === claim.execution) stream.running = undefined
        this.completed(registration, stream, own, reading)
      },
    )
    if (ended) return
    claim.execution = execution
    stream.running = execution
  }

  /** Reads the batch when the execution starts; undefined if there is none. */
  private read(
    registration: StreamReaderRegistration,
    stream: StreamProgress,
    execution: ShardExecution,
    reading: ReadPhase,
  ): ReaderCall | undefined {
    const { key } = stream
    this.makeGroup(key)
    const pending = reading === 'pending'
    const count = pending ? [] : ['COUNT', String(registration.spec.batch)]
    const reply = this.call('XREADGROUP', 'GROUP', GROUP, CONSUMER, ...count, 'STREAMS', key, pending ? '0' : '>')
    const entries = entriesOf(reply)
    execution.batch = entries.map(({ id }) => id)
    return entries.length === 0 ? undefined : entriesSource(key, entries)
  }

  private completed(
    registration: StreamReaderRegistration,
    stream: StreamProgress,
    execution: ShardExecution,
    reading: ReadPhase,
  ): void {
    const { counters, spec } = registration
    const error = execution.outcome?.errors[0]
    // Only a function that uses flat_error can start its error with this word.
    if (error?.startsWith('PAUSE')) {
      this.stop(registration, 'PAUSED')
      return
    }
    if (execution.status === 'aborted' && !execution.started) return
    const failed = error !== undefined
    if (failed && spec.policy === 'abort') {
      this.stop(registration, 'ABORTED')
      return
    }
    if (failed && spec.policy === 'retry') {
      if (registration.status === 'OK') this.retryLater(registration)
      return
    }
    this.acknowledge(registration, stream, execution)
    const { length } = execution.batch
    // Without trimStream, messages read before the first contact are still in the stream. A read that finds nothing ends the count.
    stream.left = reading !== 'pending' && length === 0 ? 0 : Math.max(0, stream.left - length)
    if (reading !== 'pending' && length > 0) counters.lag(this.lagOf(stream, execution))
    if (this.version !== '1.0') this.proceed(registration, stream)
    else if (reading !== 'batch' && stream.left > 0 && this.goesOn(registration, stream))
      this.run(registration, stream, 'left')
  }

  private retryLater(registration: StreamReaderRegistration): void {
    this.stop(registration, 'WAITING_FOR_RETRY_ON_FAILURE')
    registration.retry = this.shard.timer(registration.spec.retryInterval * 1000, () => {
      if (registration.unregistered || registration.status !== 'WAITING_FOR_RETRY_ON_FAILURE') return
      registration.status = 'OK'
      this.meetAll(registration)
    })
  }

  private acknowledge(registration: StreamReaderRegistration, stream: StreamProgress, execution: ShardExecution): void {
    if (execution.batch.length === 0) return
    const { key } = stream
    this.call('XACK', key, GROUP, ...execution.batch)
    if (!registration.spec.trim) return
    const last = this.lastDelivered(key)
    if (last !== undefined) this.call('XTRIM', key, 'MINID', idAfter(last))
  }

  /** How many messages the group has not received yet, up to `most`. */
  private unread(key: Buffer, most: number): number {
    const last = this.lastDelivered(key)
    const reply = this.call('XRANGE', key, last === undefined ? '-' : `(${last}`, '+', 'COUNT', String(most))
    return Array.isArray(reply) ? reply.length : 0
  }

  private length(key: Buffer): number {
    const length = this.call('XLEN', key)
    return typeof length === 'number' ? length : 0
  }

  private lastDelivered(key: Buffer): string | undefined {
    const groups = this.call('XINFO', 'GROUPS', key)
    for (const group of Array.isArray(groups) ? groups : []) {
      const fields = pairsOf(group)
      if (fields.get('name') === GROUP.toString()) return fields.get('last-delivered-id')
    }
    return undefined
  }

  private makeGroup(key: Buffer): void {
    if (this.lastDelivered(key) === undefined) this.call('XGROUP', 'CREATE', key, GROUP, '0')
  }

  /** The time since the batch's first message arrived, read from its automatic id. */
  private lagOf(stream: StreamProgress, execution: ShardExecution): number {
    const stamp = Number((execution.batch[0] ?? '0-0').split('-')[0])
    const byStamp = wallMs() - stamp
    const lag = Math.abs(byStamp) < CLOCK_MS ? byStamp : steadyMs() - stream.batchSince
    return Math.max(0, Math.round(lag))
  }

  private call(...argv: (string | Buffer)[]): CommandReply {
    return this.shard.call(
      argv.map((arg) => (typeof arg === 'string' ? Buffer.from(arg) : arg)),
      { origin: 'internal', db: 0 },
    )
  }
}

/** As Python passes it: numbers beyond 53 bits are bigints. */
type PassedStreamSpec = {
  readonly [K in keyof StreamSpec]: StreamSpec[K] extends number ? number | bigint : StreamSpec[K]
}

const isStreamSpec = hasFields<PassedStreamSpec>({
  prefix: isText,
  batch: isInteger,
  duration: isInteger,
  policy: isOneOf('continue', 'abort', 'retry'),
  retryInterval: isInteger,
  trim: isFlag,
})

function streamSpec(spec: unknown): StreamSpec {
  const given = checked(isStreamSpec, spec, 'the arguments of a StreamReader')
  const [batch, duration, retryInterval] = [Number(given.batch), Number(given.duration), Number(given.retryInterval)]
  return { ...given, batch, duration, retryInterval }
}
