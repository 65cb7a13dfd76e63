import type { Counters, RegistrationReader } from '@gearboard/gears/vocabulary/registration'
import {
  type ArgsOf,
  argsInWords,
  type RunDurations,
  type ShardRegistration,
  type StreamLag,
  type StreamStatus,
} from '@gearboard/gears/vocabulary/registration'
import { cutEnd } from '@gearboard/gears/vocabulary/text'
import type { Coverage } from '../cluster/shard'
import { NAME_CHARS, nameOfDescription } from './description'
import type { RegistrationHealth } from './health'
import type { RegistrationObservation } from './registration-observation'

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
  /** Of its runs on this shard alone. */
  readonly health: RegistrationHealth
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
  /** Shards that list something else under its id, and what. All but the counters here describes the other shards. */
  readonly differsOn?: readonly { readonly shard: string; readonly what: string }[]
  readonly coverage: Coverage
  readonly perShard: readonly RegistrationPart[]
  readonly observed: RegistrationObservation
  readonly firstSeen: number
  readonly lastSeen: number
  /** Long texts of it are shortened, as in a list (`registration-row.ts`); absent: it is whole. */
  readonly shortened?: true
}

/** Omits over a union one member at a time, so that `args` stays tied to `reader`. */
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export type Registration = DistributiveOmit<
  ShardRegistration,
  'counters' | 'durations' | 'lastError' | 'lag' | 'status'
> &
  RegistrationSummary & { readonly name: string }

/** A registration of one reader, with the arguments of that reader. */
export type RegistrationOf<R extends RegistrationReader> = Extract<Registration, { readonly reader: R }>

/** A name for people: the description, else reader and arguments in words; at most `NAME_CHARS`. */
export function registrationName(r: Pick<ShardRegistration, 'description'> & ArgsOf): string {
  return (r.description && nameOfDescription(r.description)) || cutEnd(argsInWords(r), NAME_CHARS)
}

/** `greet (command cart.checkout, async)`: distinguishes it from another one that may have its name. */
export const whatInWords = (r: Pick<ShardRegistration, 'description' | 'mode'> & ArgsOf): string =>
  `${registrationName(r)} (${argsInWords(r)}, ${r.mode})`

/** Its last finished run failed, as far as it is known. */
export const isFailing = (part: Pick<RegistrationPart, 'status' | 'lastError' | 'errorIsPast'>): boolean =>
  part.lastError !== null && !part.errorIsPast && part.status !== 'PAUSED'

/**
 * It is missing on a shard, and runs on all shards at each firing: a shard that does not know it cannot take part, so that every firing fails
 * with `Execution max idle reached`, on every shard (measured on 1.2.13). Of the other modes only the events of that shard are lost.
 */
export const failsEverywhere = ({ mode, missingOn }: Pick<Registration, 'mode' | 'missingOn'>): boolean =>
  missingOn.length > 0 && mode === 'async'
