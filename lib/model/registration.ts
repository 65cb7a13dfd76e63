import { NAME_CHARS, nameOfDescription } from './description'
import { every } from './exhaustive'
import { cutEnd } from './format'
import type { RegistrationObservation } from './registration-observation'
import type { Coverage } from './shard'

export type RegistrationMode = 'sync' | 'async' | 'async_local'
export type StreamStatus = 'OK' | 'WAITING_FOR_RETRY_ON_FAILURE' | 'ABORTED' | 'PAUSED'
export type FailurePolicy = 'continue' | 'abort' | 'retry'

/** All four restart at 0 on reload and go back with RG.CLEARREGISTRATIONSSTATS (protocol 3.6). */
export interface Counters {
  readonly triggered: number
  readonly success: number
  readonly failures: number
  readonly aborted: number
}

/** ms; absent on 1.0, which does not measure them. */
export interface RunDurations {
  readonly lastMs: number
  readonly totalMs: number
  /** Null where the shard itself had no number (NaN). */
  readonly averageMs: number | null
}

/** ms between the arrival of a batch's first message and its completion; 1.2 streams only. */
export interface StreamLag {
  readonly lastMs: number
  /** Null where the shard itself had no number (NaN). */
  readonly averageMs: number | null
}

/** In the order of tables. */
export const REGISTRATION_COUNTERS = [
  'triggered',
  'success',
  'failures',
  'aborted',
] as const satisfies readonly (keyof Counters)[]

/** The session behind a registration, read out of the PD text (protocol 6.4); `raw` is always the text itself. */
export interface PrivateData {
  readonly raw: string
  readonly session: string | null
  readonly sessionDescription: string | null
  readonly requirements: readonly string[]
}

interface RegistrationBase {
  readonly id: string
  readonly description: string | null
  readonly mode: RegistrationMode
  readonly counters: Counters
  readonly durations: RunDurations | null
  readonly lastError: string | null
  readonly privateData: PrivateData | null
  readonly threadPool: string | null
}

export interface KeysReaderArgs {
  /** The prefix: `user:*` for a prefix, anything else for exactly that key (protocol 3.3). */
  readonly prefix: string
  readonly eventTypes: readonly string[] | null
  readonly keyTypes: readonly string[] | null
  readonly hookCommands: readonly string[] | null
}

export interface StreamReaderArgs {
  readonly prefix: string
  readonly batchSize: number
  readonly durationMs: number
  /** Null on 1.0, which does not tell the last three. */
  readonly trimStream: boolean | null
  readonly onFailedPolicy: FailurePolicy | null
  readonly retryIntervalS: number | null
}

export interface CommandReaderArgs {
  /** The trigger, or the hooked command's name for a command hook: the dump does not tell them apart. */
  readonly trigger: string
  readonly inOrder: boolean | null
}

export const REGISTRATION_READERS = every<ShardRegistration['reader']>()([
  'KeysReader',
  'StreamReader',
  'CommandReader',
])

/** One registration as one shard reports it: an entry of RG.DUMPREGISTRATIONS. */
export type ShardRegistration = RegistrationBase &
  (
    | { readonly reader: 'KeysReader'; readonly args: KeysReaderArgs }
    | {
        readonly reader: 'StreamReader'
        readonly args: StreamReaderArgs
        readonly lag: StreamLag | null
        readonly status: StreamStatus | null
      }
    | { readonly reader: 'CommandReader'; readonly args: CommandReaderArgs }
  )

/** What differs from shard to shard. */
export interface RegistrationPart {
  readonly shard: string
  readonly counters: Counters
  /** Per second, as of the whole; null, too, while the shard is silent. */
  readonly rates: Counters | null
  readonly durations: RunDurations | null
  readonly lag: StreamLag | null
  readonly status: StreamStatus | null
  readonly lastError: string | null
  /** 1.0 never forgets its last error (protocol 3.6): a success was seen since. */
  readonly errorIsPast: boolean
}

/** A registration merged over the shards: counters are sums over the shards that answered; `coverage` says how many did. */
export interface RegistrationSummary {
  /**
   * Unique within the connection, what API paths and `removed` name: the id, or `id@shard` where uninitialised shards hand out equal ids
   * for different registrations (protocol 7).
   */
  readonly key: string
  /** Names this one apart from others that have its id, before or after it: what a write says that it has seen. */
  readonly identity: string
  readonly counters: Counters
  /**
   * Per second over the last polls, from the counters' differences, of the shards that answer (`coverage` says how many do); null until two
   * polls, and after the counters went back.
   */
  readonly rates: Counters | null
  readonly averageMs: number | null
  /** The longest lag of its shards, ms. */
  readonly lagMs: number | null
  /** The first error text that some shard still holds. */
  readonly lastError: string | null
  /** Streams: the gravest status of its shards; null for the other readers and on 1.0. */
  readonly status: StreamStatus | null
  readonly health: RegistrationHealth
  /** Shards that answered and do not know it. */
  readonly missingOn: readonly string[]
  /** Shards that list something else under its id, and what. What is told here besides the counters is of the others. */
  readonly differsOn?: readonly { readonly shard: string; readonly what: string }[]
  readonly coverage: Coverage
  readonly perShard: readonly RegistrationPart[]
  readonly observed: RegistrationObservation
  readonly firstSeen: number
  readonly lastSeen: number
  /** Long texts of it are shortened, as in a list (`registration-row.ts`); absent: it is whole. */
  readonly shortened?: true
}

/** Worst first. */
export const REGISTRATION_HEALTHS = ['aborted', 'retrying', 'failing', 'paused', 'unknown', 'ok', 'idle'] as const
export type RegistrationHealth = (typeof REGISTRATION_HEALTHS)[number]

/** Omits over a union one member at a time, so that `args` stays tied to `reader`. */
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export type Registration = DistributiveOmit<
  ShardRegistration,
  'counters' | 'durations' | 'lastError' | 'lag' | 'status'
> &
  RegistrationSummary & { readonly name: string }

/** A name for people: the description, else reader and arguments in words; at most `NAME_CHARS`. */
export function registrationName(r: Pick<ShardRegistration, 'description'> & ArgsOf): string {
  return (r.description && nameOfDescription(r.description)) || cutEnd(argsInWords(r), NAME_CHARS)
}

/** `greet (command cart.checkout, async)`: what tells it apart from another one that may have its name. */
export const whatInWords = (r: Pick<ShardRegistration, 'description' | 'mode'> & ArgsOf): string =>
  `${registrationName(r)} (${argsInWords(r)}, ${r.mode})`

export type ArgsOf =
  | { readonly reader: 'KeysReader'; readonly args: KeysReaderArgs }
  | { readonly reader: 'StreamReader'; readonly args: StreamReaderArgs }
  | { readonly reader: 'CommandReader'; readonly args: CommandReaderArgs }

/** `on set, del of user:*`, `stream orders`, `command cart.checkout`. */
export function argsInWords(r: ArgsOf): string {
  switch (r.reader) {
    case 'KeysReader': {
      const events = r.args.hookCommands ?? r.args.eventTypes
      return events?.length ? `on ${events.join(', ')} of ${r.args.prefix}` : `on ${r.args.prefix}`
    }
    case 'StreamReader':
      return `stream ${r.args.prefix}`
    case 'CommandReader':
      return `command ${r.args.trigger}`
  }
}

/**
 * Worst first. A registration without finished runs is idle; one whose last finished run failed still holds its error. Where it is paused,
 * that error is the past.
 */
export function healthOf(
  parts: readonly Pick<RegistrationPart, 'status' | 'lastError' | 'errorIsPast' | 'counters'>[],
): RegistrationHealth {
  if (parts.length === 0) return 'unknown'
  const statuses = parts.map((part) => part.status)
  if (statuses.includes('ABORTED')) return 'aborted'
  if (statuses.includes('WAITING_FOR_RETRY_ON_FAILURE')) return 'retrying'
  if (parts.some(isFailing)) return 'failing'
  if (statuses.includes('PAUSED')) return 'paused'
  return parts.every((part) => part.counters.triggered === 0) ? 'idle' : 'ok'
}

/** Its last finished run failed, as far as anybody knows. */
export const isFailing = (part: Pick<RegistrationPart, 'status' | 'lastError' | 'errorIsPast'>): boolean =>
  part.lastError !== null && !part.errorIsPast && part.status !== 'PAUSED'

export const addCounters = (a: Counters, b: Counters): Counters => ({
  triggered: a.triggered + b.triggered,
  success: a.success + b.success,
  failures: a.failures + b.failures,
  aborted: a.aborted + b.aborted,
})

/**
 * Executions that were triggered and have not ended: each that ends moves exactly one of the other counters (protocol 3.6). Counters of
 * shards are read one after the other, so that a sum may be behind by what ended between.
 */
export const inFlight = ({ triggered, success, failures, aborted }: Counters): number =>
  Math.max(0, triggered - success - failures - aborted)

export const ZERO_COUNTERS: Counters = { triggered: 0, success: 0, failures: 0, aborted: 0 }

/**
 * It is missing on a shard, and runs on all shards at each firing: a shard that does not know it cannot take part, so that every firing fails
 * with `Execution max idle reached`, on every shard (measured on 1.2.13). Of the other modes only the events of that shard are lost.
 */
export const failsEverywhere = ({ mode, missingOn }: Pick<Registration, 'mode' | 'missingOn'>): boolean =>
  missingOn.length > 0 && mode === 'async'
