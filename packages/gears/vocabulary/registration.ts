import { every } from './exhaustive'

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

export type RegistrationReader = ShardRegistration['reader']
export const REGISTRATION_READERS = every<RegistrationReader>()(['KeysReader', 'StreamReader', 'CommandReader'])

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
