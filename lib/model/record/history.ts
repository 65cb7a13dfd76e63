import type { Counters, RegistrationReader } from '@gearboard/gears/vocabulary/registration'
import type { Execution, ExecutionDetail } from '../executions/execution'
import type { SourceVersion } from './source'

/** An execution as the recorder remembers it. `live` is always false: the hub lists what the server still has. */
export interface RememberedExecution extends Execution {
  /** 1 for the first execution under this key; one more for each that came after a restart of the server, whose ids start over. */
  readonly epoch: number
}

export interface RememberedDetail extends ExecutionDetail {
  readonly epoch: number
  /** False: no shard was ever asked for its part, so results, errors and parts are empty because they are unknown. */
  readonly read: boolean
  readonly cut: NonNullable<ExecutionDetail['cut']>
}

/** What is recorded of an execution that the server still holds as Gearboard starts. */
export interface ExecutionPast extends Pick<Execution, 'firstSeen' | 'endSeen' | 'precisionMs' | 'origin'> {
  /** Its outcome is recorded, so its end is in the activity. */
  readonly over: boolean
}

/** Newest first. Times are of `firstSeen`, ms. */
export interface ExecutionQuery {
  readonly connection: string
  /** Inclusive. */
  readonly from?: number
  /** Exclusive. */
  readonly to?: number
  /** Only those that ended in this time; what history has in flight ended when it was last seen. ms. */
  readonly ended?: { readonly from?: number; readonly to?: number }
  /** In the language of the list (`filter.ts`, `executionVocabulary`); one that no shard holds and that was not seen to end is `unknown`. */
  readonly filter?: string
  /** Id of the registration that started it. */
  readonly registration?: string
  /** Id of an `ErrorGroup` that it fell into. */
  readonly errorGroup?: number
  /** `next` of the page before. */
  readonly cursor?: string
  /** 1 to 500. */
  readonly limit?: number
}

export interface ExecutionPage {
  readonly executions: readonly RememberedExecution[]
  /** Where to continue; null at the end. A page may be short and still have one: the search is bounded. */
  readonly next: string | null
  /** `firstSeen` of the last execution that was looked at, matching or not; null where all were. */
  readonly searchedTo: number | null
  /** Entries of this page that are damaged, and left out. */
  readonly unreadable?: number
}

/** How a measure is thinned out: of a `level` a bucket keeps the mean and the maximum, of a `count` the sum. */
export type Thinning = 'level' | 'count'

export const MEASURES = {
  /** Of a connection. `unseen…`: what had ended before Gearboard first looked, when it was found. */
  activity: {
    running: 'level',
    waiting: 'level',
    ok: 'count',
    failed: 'count',
    aborted: 'count',
    unknown: 'count',
    triggered: 'count',
    failures: 'count',
    unseenOk: 'count',
    unseenFailed: 'count',
    unseenAborted: 'count',
    unseenUnknown: 'count',
  },
  /** Of a shard, bytes. */
  memory: { total: 'level', peak: 'level', current: 'level' },
  /** Of a registration: what its counters grew by; ms. */
  registration: {
    triggered: 'count',
    success: 'count',
    failures: 'count',
    aborted: 'count',
    averageMs: 'level',
    lagMs: 'level',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Thinning>>>>

export type SeriesKind = keyof typeof MEASURES

export const isSeriesKind = (word: string): word is SeriesKind => Object.hasOwn(MEASURES, word)

export const SERIES_KINDS: readonly SeriesKind[] = Object.keys(MEASURES).filter(isSeriesKind)

export interface SeriesQuery {
  readonly connection: string
  readonly kind: SeriesKind
  /** Key of the shard (`memory`) or of the registration; left out for `activity`. */
  readonly subject?: string
  /** ms, inclusive. */
  readonly from: number
  /** ms, exclusive. */
  readonly to: number
  /** The highest number of points, 10 to 2,000. */
  readonly points?: number
}

/** By the measures of the kind; null where nothing is known: a gap, never a zero. */
export type SeriesValues = Readonly<Record<string, number | null>>

export interface SeriesPoint {
  /** Start of its bucket, ms. */
  readonly at: number
  /** Means of levels, sums of counts. */
  readonly values: SeriesValues
  /** Maxima of levels. */
  readonly peaks: SeriesValues
}

export interface RecordedSeries {
  /** Width of a bucket, ms. */
  readonly stepMs: number
  /** In order of time. One point of nulls marks each gap: 30 s or more, and a whole step, in which nothing was recorded. */
  readonly points: readonly SeriesPoint[]
}

/** Errors of one cause, of one function or registration. */
export interface RecordedErrorGroup {
  readonly id: number
  readonly signature: string
  /** `KeyError: 'currency'`, of the example. */
  readonly title: string
  readonly type: string | null
  /** What raised it: of executions that could not be traced to their origin their plan, `unknown` where that was not read either. */
  readonly subject: ErrorSubject
  readonly firstSeen: number
  readonly lastSeen: number
  /** Executions that carried it, each counted once. */
  readonly executions: number
  /** How often it was a registration's last error as its failures had grown: those executions may not have been seen one by one. */
  readonly reported: number
  /** The first text seen; of one beyond 16,000 characters the middle is left out. */
  readonly example: string
}

export type ErrorSubject =
  | { readonly kind: 'registration'; readonly id: string; readonly name: string }
  | { readonly kind: 'submission'; readonly name: string }
  /** Fingerprint of the plan, and the plan in words. */
  | { readonly kind: 'plan'; readonly plan: string; readonly name: string }
  | { readonly kind: 'unknown' }

export interface ErrorQuery {
  readonly connection: string
  /** Only those of this registration. */
  readonly registration?: string
  /** Only those of submissions of this name. */
  readonly submission?: string
  /** Only those seen at or after, ms. */
  readonly from?: number
  /** 1 to 201. */
  readonly limit?: number
}

/** A registration that was seen once, still there or not. */
export interface RememberedRegistration {
  readonly key: string
  readonly id: string
  readonly name: string
  readonly reader: RegistrationReader
  readonly firstSeen: number
  /** The last poll that listed it, ms: to within a minute while `goneAt` is null. */
  readonly lastSeen: number
  /** When the first list without it was asked, ms; null while it is listed, and where Gearboard did not see it disappear. */
  readonly goneAt: number | null
  /** The last that were seen. */
  readonly counters: Counters
  readonly lastError: string | null
}

/** What is known of a registration that no shard lists. */
export interface LostRegistration {
  /** Null: it was never seen, according to history. */
  readonly registration: RememberedRegistration | null
  readonly gone: RegistrationGone | null
  /** The submission that made it; null where it was not made through Gearboard, or that is no longer in history. */
  readonly source: SourceVersion | null
  /** `at` of the oldest that is in history, ms; null: nothing is. */
  readonly recordSince: number | null
}

/** Through Gearboard; null where it was removed in another way, which was not seen. */
export type RegistrationGone =
  | { readonly cause: 'unregistered'; readonly at: number; readonly by: string }
  /** By the next submission under the name of its source, which upgraded or replaced its session. */
  | {
      readonly cause: 'replaced'
      readonly at: number
      readonly by: string | null
      readonly name: string
      readonly version: number
      readonly registrations: readonly string[]
    }

export interface HistoryStats {
  /** `reader`: another Gearboard writes to this directory; `reason` names it. */
  readonly role: 'writer' | 'reader'
  readonly reason: string | null
  /** Of the database with its log, and what of it holds data. */
  readonly bytes: number
  readonly usedBytes: number
  readonly maxBytes: number
  readonly maxAgeMs: number
  /** Of the audit log. */
  readonly auditMaxAgeMs: number
  readonly executions: number
  /** `firstSeen` of the oldest remembered execution. */
  readonly oldest: number | null
  readonly queue: {
    readonly length: number
    /** Age of the oldest entry that is not written yet, ms. */
    readonly lagMs: number
    /** Entries given up since the start, because more came in than could be written. */
    readonly dropped: number
  }
  readonly written: {
    readonly entries: number
    readonly batches: number
    /** Of the last batch, in the background. */
    readonly lastMs: number
    /** The longest that writing has kept the event loop from anything else. */
    readonly longestHoldMs: number
  }
  /** Why the last batch could not be written; null when all is well. */
  readonly error: string | null
}
