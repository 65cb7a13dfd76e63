import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import {
  type AbortCause,
  type ExecutionPart,
  type ExecutionStatus,
  errorCount,
} from '@gearboard/gears/vocabulary/execution'
import { every } from '@gearboard/gears/vocabulary/exhaustive'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import type { Coverage } from '../cluster/shard'
import type { HiddenKind } from '../people/grant'

/** One row of the list: an execution merged over the shards that hold it. */
export interface Execution {
  /** Unique within the connection: the id, or `id@shard` where uninitialised shards hand out equal ids (protocol 7). */
  readonly key: string
  /** The module's id, `<shard>-<sequence>`. */
  readonly id: string
  /** Names this one apart from others that have its id, before or after it: what a write says that it has seen. Null: it is only remembered. */
  readonly identity: string | null
  /** Key of the shard that started it; of the one that holds it where the id does not tell. */
  readonly shard: string
  /** The module's word, from the initiator where it answers. */
  readonly status: ExecutionStatus
  readonly outcome: Outcome
  readonly abortCause?: AbortCause
  /** Started by a registration, not by a run. */
  readonly registered: boolean
  /** Result records of all shards that reported; null while unknown. */
  readonly results: number | null
  /** Number of error texts over all shards that reported; null while unknown. */
  readonly errors: number | null
  /** Last line of the first error, cut to 200 characters. */
  readonly firstError: string | null
  /**
   * The longest `total_duration` of the shards that reported, ms; null while unknown. It is the time that steps ran: what a shard waited for (a
   * coroutine, other shards, a free thread) is not in it (measured: 0 ms of a run that awaited 2 s).
   */
  readonly durationMs: number | null
  /** Our clock, ms since the epoch: when a poll first and last saw it, and first saw it over. Observed, not the server's times. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly endSeen: number | null
  /**
   * The poll before `firstSeen` was this long before it, ms: the uncertainty of the observed times.
   * Null when it was there already as Gearboard first looked: it may be of any age.
   */
  readonly precisionMs: number | null
  /**
   * It was last reported in flight, and no answering shard reports it so: when the last shard that had it fell silent, ms. It may have
   * ended since. Absent: an answering shard has it in flight, or it is not in flight.
   */
  readonly unheardSince?: number
  /** False once no shard lists it any longer (dropped, evicted, finished blocking run): what is shown is remembered. */
  readonly live: boolean
  /** How it left, where Gearboard saw it leave. */
  readonly gone?: Gone
  readonly coverage: Coverage
  /** Who submitted it, where that is known. */
  readonly origin: ExecutionOrigin
}

export const GONE_CAUSES = ['dropped', 'restarted', 'another_server', 'shard_left', 'unlisted'] as const

/**
 * `dropped`: through Gearboard, by the user `by`; null where signing in is not required. `restarted`: its server did, and executions do not
 * outlive it.
 * `another_server`: its address leads to another server, which ran beside it. `shard_left`: its shard is no master any longer. `unlisted`:
 * it was missing from the next list; the module does not say why.
 */
export interface Gone {
  readonly cause: (typeof GONE_CAUSES)[number]
  readonly by: string | null
  /** When the list was asked that lacked it, ms. */
  readonly at: number
}

export const ORIGIN_KINDS = every<ExecutionOrigin['kind']>()(['submission', 'registration', 'unknown'])

export type ExecutionOrigin =
  | { readonly kind: 'submission'; readonly name: string; readonly sourceId: string }
  | { readonly kind: 'registration'; readonly name: string; readonly registrationId: string; readonly inferred: true }
  | { readonly kind: 'unknown' }

/**
 * Why results are not there. `unfinished`: it runs. `unproven`: nothing proves that reading them does the server no harm (`result-safety.ts`).
 * `broke`: the connection broke while results of the same function were read, at this time (ms). `too_many`: more than Gearboard reads.
 * `unreadable`: the answer could not be decoded. `refused`: the server said no. `unanswered`: it said nothing. `gone`: the server said that it has
 * no such execution, or no shard that answers lists it. Only `gone` says that they are lost.
 */
export type Withheld =
  | { readonly why: 'unfinished' | 'unproven' | 'too_many' | 'gone' | 'hidden' }
  | { readonly why: 'broke'; readonly at: number }
  | { readonly why: 'unreadable' | 'refused' | 'unanswered'; readonly message: string }

/** How many errors all shards reported, as far as they were counted. */
export const allErrors = ({
  errors,
  errorCount: counted,
  parts,
}: Pick<ExecutionDetail, 'errors' | 'errorCount' | 'parts'>): number =>
  Math.max(
    counted ?? 0,
    errors.length,
    parts.reduce((sum, part) => sum + errorCount(part), 0),
  )

/** GET executions/{id}: the row, with texts instead of counts for results and errors, and each shard's part. */
export interface ExecutionDetail extends Omit<Execution, 'results' | 'errors'> {
  /** At most `RESULT_PAGE` values of the initiator; null while it has none to give, or Gearboard did not read them: `withheld`. */
  readonly results: readonly ResultValue[] | null
  /** Why `results` is null; null where it is not. */
  readonly withheld: Withheld | null
  /** All result records; null while unknown. More than `results` holds when it is cut. */
  readonly resultCount: number | null
  /** Error texts of all shards that answered, each shard's in its order: at most 100 of a shard, each of at most 16,000 characters. */
  readonly errors: readonly string[]
  /** All error texts; null while unknown. More than `errors` holds when some were left out. */
  readonly errorCount: number | null
  readonly parts: readonly ExecutionPart[]
  /** Shards that were asked and did not answer, with the reason; those that answered but do not know the execution are in neither. */
  readonly silent: readonly { readonly shard: string; readonly reason: string }[]
  /** True when at least one step reported a duration: ProfileExecutions was on. */
  readonly profiled: boolean
  /** Fingerprint of the plan, by which runs of one function are recognised if its name is unknown; null while no plan was read. */
  readonly planFingerprint: string | null
  /** Of one in history: whether texts beyond the recorder's bound were shortened or left out; the parts count what was left out. */
  readonly cut?: { readonly results: boolean; readonly errors: boolean; readonly steps: boolean }
  /** What the viewer's grant hides, and is left out for that. */
  readonly hidden?: readonly HiddenKind[]
  /** The script, when it was submitted through this Gearboard, and the name that it was given (`givenName`). */
  readonly source: {
    readonly script: string
    readonly requirements: readonly string[]
    readonly givenName: string | null
  } | null
}
