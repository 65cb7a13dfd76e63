import type { Derivation } from '../list/row-list'
import { startsOfSpans, type TimeSpan } from '../record/series-view'
import type { Execution } from './execution'
import { isInFlight } from './execution-view'
import { END_OUTCOMES, type EndCounts, type EndOutcome, isEndOutcome, NO_ENDS } from './outcome-counts'

type Ending = Pick<Execution, 'outcome' | 'live' | 'firstSeen' | 'lastSeen' | 'endSeen' | 'precisionMs' | 'gone'>

/** When an execution was seen to end, or to be gone, ms; null while some shard works on it. */
export const endOf = (e: Ending): number | null => (isInFlight(e) ? null : (e.endSeen ?? e.gone?.at ?? e.lastSeen))

/** It had ended when Gearboard first looked: when is unknown, and what counts ends over time leaves it out. */
export function endedUnseen(e: Ending): boolean {
  const end = endOf(e)
  return e.precisionMs === null && end !== null && end <= e.firstSeen
}

/** Executions of a range may have begun this much before it, ms: history is in the order in which they began. */
export const BEGAN_EARLIER_MS = 600_000

/** It ended in the range, or began before its end and is in flight. What had ended unseen counts at the first look. */
export const wasIn =
  ({ from, to }: TimeSpan) =>
  (e: Ending): boolean => {
    const end = endOf(e)
    return end === null ? e.firstSeen < to : from <= end && end < to
  }

/** Ends by outcome, by number of their span. */
export type Ends = Map<number, Record<EndOutcome, number>>

/**
 * When executions ended, by outcome, without those that had ended unseen.
 * A step changes the value in place: there may be thousands of spans, of which it touches few.
 */
export const endsPer = (spanMs: number): Derivation<Ending, Ends> => {
  const count = (ends: Ends, rows: readonly Ending[], by: 1 | -1): Ends => {
    for (const row of rows) {
      const end = endOf(row)
      if (end === null || !isEndOutcome(row.outcome) || endedUnseen(row)) continue
      const span = Math.floor(end / spanMs)
      const counts = ends.get(span) ?? { ...NO_ENDS }
      counts[row.outcome] += by
      if (by < 0 && END_OUTCOMES.every((outcome) => counts[outcome] === 0)) ends.delete(span)
      else ends.set(span, counts)
    }
    return ends
  }
  return {
    start: (rows) => count(new Map(), rows, 1),
    // First what came: a span that is left and entered by the same row must not be dropped in between.
    step: (ends, { left, came }) => count(count(ends, came, 1), left, -1),
  }
}

/** Each span of the range, those without an end among them. */
export const endsIn = (ends: Ends, range: TimeSpan, spanMs: number): readonly (EndCounts & { readonly at: number })[] =>
  startsOfSpans(range, spanMs).map((at) => ({ at, ...(ends.get(Math.floor(at / spanMs)) ?? NO_ENDS) }))
