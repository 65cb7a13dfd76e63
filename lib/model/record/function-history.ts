import { plural } from '@gearboard/gears/vocabulary/text'
import { formatDuration } from '../text/format'
import { type DurationChange, RUNS_TO_COMPARE } from './statistics'

/**
 * What runs are counted as one function: submissions by their name, over all versions; executions of registrations by the registration's
 * name, so that an upgrade, which gives it a new id, continues; what has no known origin by its plan (types, names and arguments of the steps).
 */
export type FunctionSubject =
  | { readonly kind: 'submission'; readonly name: string }
  /** `id`: of the registration behind the latest run. */
  | { readonly kind: 'registration'; readonly name: string; readonly id: string }
  /** `name`: the steps of the plan in words. */
  | { readonly kind: 'plan'; readonly name: string; readonly plan: string }
  /** Neither origin nor plan was ever read. */
  | { readonly kind: 'unknown' }

/** Identifies it among functions; used in URLs. */
export const subjectKey = (subject: FunctionSubject): string =>
  subject.kind === 'unknown' ? subject.kind : `${subject.kind} ${subject.kind === 'plan' ? subject.plan : subject.name}`

/** Finished executions, by outcome, and how long those took that ended by themselves (ok or failed), ms; null where none was measured. */
export interface RunTimes {
  readonly count: number
  readonly ok: number
  readonly failed: number
  readonly aborted: number
  readonly unknown: number
  /** Runs behind the percentiles. */
  readonly timed: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
  /** Sum of the durations, ms. */
  readonly total: number
}

/** Of the runs first seen from `at` on, for one step. */
export interface FunctionPoint extends RunTimes {
  readonly at: number
}

export interface FunctionTimes extends RunTimes {
  readonly subject: FunctionSubject
  /** In order of time; a step without runs has none. */
  readonly points: readonly FunctionPoint[]
  /** Versions of its source that were submitted in the range through Gearboard, oldest first; `at`: when for the first time, ms. */
  readonly versions: readonly { readonly version: number; readonly at: number }[]
  /** Where its durations moved to another level; null: nowhere, or too few runs to tell (`RUNS_TO_COMPARE` on each side). */
  readonly change: DurationChange | null
}

/** The functions by the time that they took, most first. */
export interface FunctionHistory {
  /** Width of a point, ms. */
  readonly stepMs: number
  /** Finished executions that were counted. */
  readonly executions: number
  /** `firstSeen` of the oldest that was looked at, where the range holds more than are counted; else null. */
  readonly searchedTo: number | null
  readonly functions: readonly FunctionTimes[]
  /** Functions beyond the answer's bound. */
  readonly omitted: number
  /** Executions that are damaged in history, and left out. */
  readonly unreadable?: number
}

/** Times are of `firstSeen`, ms; `from` inclusive, `to` exclusive. */
export interface FunctionQuery {
  readonly connection: string
  readonly from: number
  readonly to: number
  /** The highest number of points per function, 1 to 500. */
  readonly points?: number
  /** Only what has this name: of a submission or of a registration. */
  readonly name?: string
  /** Only those without a known function, with this plan. */
  readonly plan?: string
}

/** `p95 14 ms → 31 ms since 12:04, after version 3 (120 runs before, 84 since)`; `clock` writes a time. */
export function changeInWords({ at, before, after, version }: DurationChange, clock: (ms: number) => string): string {
  const cause = version === null ? '' : `, after version ${version}`
  return `p95 ${formatDuration(before.p95)} → ${formatDuration(after.p95)} since ${clock(at)}${cause} (${plural(before.count, 'run')} before, ${after.count} since)`
}

/** Whether the durations changed: how, not at all, or too few runs to say. */
export function levelInWords(
  { change, timed }: Pick<FunctionTimes, 'change' | 'timed'>,
  clock: (ms: number) => string,
) {
  if (change) return changeInWords(change, clock)
  if (timed < 2 * RUNS_TO_COMPARE)
    return `Not enough data: ${plural(timed, 'run')}, a trend needs ${2 * RUNS_TO_COMPARE}`
  return `Duration is stable over ${plural(timed, 'run')}`
}

/** How long one run took, or has taken so far, compared with the recorded runs of its function. */
export interface AgainstFunction {
  /** `3.2 times the p95 of its function`, `within the p95 of its function`. */
  readonly words: string
  /** Beyond the p95. */
  readonly slow: boolean
}

/** Undefined if history has too few runs, or while the run is still short. `ms` of a run in flight is its time so far. */
export function againstFunction(
  ms: number | null,
  { timed, p95, max }: Pick<FunctionTimes, 'timed' | 'p95' | 'max'>,
  inFlight: boolean,
): AgainstFunction | undefined {
  if (ms === null || p95 === null || max === null || timed < RUNS_TO_COMPARE) return undefined
  // The module counts whole milliseconds: a ratio of a few of them means nothing.
  const slow = ms > p95 && ms - p95 > CLOCK_MS
  if (!slow) return inFlight ? undefined : { words: 'within the p95 of its function', slow }
  const longest = `${inFlight ? ' including waits' : ''}${ms > max ? ', the longest recorded' : ''}`
  if (p95 < 1) return { words: `over the p95 of its function, which is under 1 ms${longest}`, slow }
  const times = ms / p95
  return { words: `${times < 10 ? times.toFixed(1) : Math.round(times)} times the p95 of its function${longest}`, slow }
}

const CLOCK_MS = 2
