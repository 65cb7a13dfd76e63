import { Failure, type KeyEvent, type Reply, ReplyMap } from '../core'
import { tableOrder } from './dict-order'
import type { Execution } from './execution'
import type { Gears } from './gears'
import { type ArgValue, Registration, type RegistrationInit } from './registration'
import { bytesValue, type Value } from './values'

/** Shared by all registrations: two on one stream compete for its messages (protocol 3.4). */
const GROUP = Buffer.from('__gears_consumer_group__')
const CONSUMER = Buffer.from('__gears_client__')
/** Ids that give a time this far from now are not clock times. */
const CLOCK_MS = 24 * 60 * 60 * 1000

export interface StreamSpec {
  readonly prefix: string
  readonly batch: number
  readonly duration: number
  readonly policy: 'continue' | 'abort' | 'retry'
  /** Seconds. */
  readonly retryInterval: number
  readonly trim: boolean
}

export type StreamStatus = 'OK' | 'WAITING_FOR_RETRY_ON_FAILURE' | 'ABORTED' | 'PAUSED'

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

  args(version: '1.0' | '1.2'): readonly (readonly [string, ArgValue])[] {
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

  detach(): void {
    this.reader.detach(this)
  }
}

/** StreamReader registrations: fired by XADD, consuming through one consumer group. */
export class StreamReader {
  private readonly attached = new Set<StreamRegistration>()

  constructor(private readonly gears: Gears) {
    gears.shard.onKeyEvent((event) => this.onEvent(event))
  }

  attach(registration: Registration): void {
    if (!(registration instanceof StreamRegistration)) return
    this.attached.add(registration)
    this.scan(registration)
  }

  detach(registration: StreamRegistration): void {
    this.attached.delete(registration)
    registration.retry?.cancel()
    for (const stream of registration.streams.values()) stream.timer?.cancel()
  }

  /** RG.PAUSEREGISTRATIONS: what has not started is dropped, what runs ends and starts nothing further. */
  pause(registration: StreamRegistration): void {
    if (registration.status === 'PAUSED' || registration.status === 'ABORTED') return
    registration.status = 'PAUSED'
    registration.retry?.cancel()
    for (const stream of registration.streams.values()) stream.timer?.cancel()
    for (const execution of [...registration.live]) this.gears.stopPending(execution)
  }

  /** RG.UNPAUSEREGISTRATIONS; nothing to do for one that runs. */
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
      known.since ??= this.gears.shard.now()
      this.proceed(registration, known)
    } else {
      this.meet(registration, key, '0-0')
    }
  }

  /** Registration, unpause, retry: every matching stream that is there. */
  private scan(registration: StreamRegistration): void {
    const { shard } = this.gears
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
      since: this.gears.shard.now(),
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
    stream.since ??= this.gears.shard.now()
    const whole = waiting.length >= batch || compareIds(waiting[0] ?? '0-0', stream.old) <= 0
    const due = whole ? 0 : duration > 0 ? stream.since + duration - this.gears.shard.now() : Number.POSITIVE_INFINITY
    if (due <= 0) this.run(registration, stream, false)
    else if (due < Number.POSITIVE_INFINITY) this.waitFor(registration, stream, due)
  }

  /** An incomplete batch is read when `duration` has passed since its first message. */
  private waitFor(registration: StreamRegistration, stream: Stream, ms: number): void {
    stream.timer?.cancel()
    stream.timer = this.gears.shard.timer(ms, () => {
      if (!registration.unregistered) this.proceed(registration, stream)
    })
  }

  private run(registration: StreamRegistration, stream: Stream, pending: boolean): void {
    stream.timer?.cancel()
    stream.batchSince = stream.since ?? this.gears.shard.now()
    stream.since = undefined
    const claim: { execution: Execution | undefined } = { execution: undefined }
    // A sync function has ended when `fire` returns, and may have started the next.
    let ended = false
    const execution = this.gears.fire(
      registration,
      { source: (own) => this.read(registration, stream, own, pending) },
      (own) => {
        ended = true
        if (stream.running === claim.execution) stream.running = undefined
        this.gears.keep(registration, own)
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
    if (pending && this.gears.version === '1.0' && !stream.pendingTwice) {
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
    registration.retry = this.gears.shard.timer(registration.spec.retryInterval * 1000, () => {
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
    const now = this.gears.shard.now()
    const stamp = Number((execution.batch[0] ?? '0-0').split('-')[0])
    const arrived = Math.abs(now - stamp) < CLOCK_MS ? stamp : stream.batchSince
    return Math.max(0, Math.round(now - arrived))
  }

  private call(...argv: (string | Buffer)[]): Reply {
    return this.gears.shard.call(
      argv.map((arg) => (typeof arg === 'string' ? Buffer.from(arg) : arg)),
      { origin: 'internal', db: 0 },
    )
  }
}

interface Entry {
  readonly id: string
  readonly fields: readonly Buffer[]
}

/** The entries of the one stream of an XREADGROUP reply. */
export function entriesOf(reply: Reply): Entry[] {
  const streams = reply instanceof ReplyMap ? reply.entries : reply
  if (!Array.isArray(streams)) return []
  const [stream] = streams
  const entries = Array.isArray(stream) ? stream[1] : undefined
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry): Entry[] => {
    if (!Array.isArray(entry)) return []
    const [id, fields] = entry
    // A pending message that was trimmed away has no fields any more.
    return [{ id: text(id), fields: Array.isArray(fields) ? fields.map(asBuffer) : [] }]
  })
}

/** Fields and values in the order in which a script sees them. */
export function fieldPairs(fields: readonly Buffer[]): Value[] {
  const names = fields.filter((_, index) => index % 2 === 0)
  return tableOrder(names).map((index) => [
    bytesValue(fields[2 * index] ?? Buffer.alloc(0)),
    bytesValue(fields[2 * index + 1] ?? Buffer.alloc(0)),
  ])
}

/** A run over one stream: all entries after `fromId`, or the error that reading gave. */
export function streamSource(gears: Gears, key: string, fromId: string): string {
  const argv = ['XREAD', 'STREAMS', key, fromId].map((arg) => Buffer.from(arg))
  const reply = gears.shard.call(argv, { origin: 'internal', db: 0 })
  // A shard that the stream does not belong to has nothing to read, which is no error.
  if (reply instanceof Failure)
    return JSON.stringify(reply.text.startsWith('MOVED ') ? { empty: true } : { error: reply.text })
  return JSON.stringify({ key, entries: entriesOf(reply).map(({ id, fields }) => [id, fieldPairs(fields)]) })
}

function pairsOf(reply: Reply): Map<string, string> {
  const flat = reply instanceof ReplyMap ? reply.entries.flat() : Array.isArray(reply) ? reply : []
  const pairs = new Map<string, string>()
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.set(text(flat[i] ?? null), text(flat[i + 1] ?? null))
  return pairs
}

const text = (reply: Reply): string =>
  reply instanceof Uint8Array ? Buffer.from(reply).toString() : typeof reply === 'string' ? reply : String(reply)

const asBuffer = (reply: Reply): Buffer => (reply instanceof Uint8Array ? Buffer.from(reply) : Buffer.from(text(reply)))

/** The numeric order of `ms-seq` ids. */
export function compareIds(a: string, b: string): number {
  const [aMs = '0', aSeq = '0'] = a.split('-')
  const [bMs = '0', bSeq = '0'] = b.split('-')
  const difference = BigInt(aMs) - BigInt(bMs) || BigInt(aSeq) - BigInt(bSeq)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
