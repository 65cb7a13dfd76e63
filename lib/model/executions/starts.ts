import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import type { Derivation } from '../list/row-list'
import type { Execution } from './execution'
import { NO_OUTCOMES, type OutcomeCounts, totalOf } from './outcome-counts'

export interface StartsBucket {
  /** Beginning of the span, ms since the epoch. */
  readonly at: number
  readonly counts: OutcomeCounts
}

/** Equal spans, aligned so that they stay in place as time continues. */
export interface StartsRange {
  readonly spanMs: number
  readonly buckets: number
}

type Started = Pick<Execution, 'firstSeen' | 'precisionMs' | 'outcome'>

/** Starts by outcome, by number of their span. */
export type Starts = Map<number, Record<Outcome, number>>

/**
 * When executions were first seen, by outcome. Those that were there before the first look have no start and are left out. A step changes
 * the value in place: there may be thousands of spans, of which it touches few.
 */
export const startsPer = (spanMs: number): Derivation<Started, Starts> => {
  const count = (starts: Starts, rows: readonly Started[], by: 1 | -1): Starts => {
    for (const { firstSeen, precisionMs, outcome } of rows) {
      if (precisionMs === null) continue
      const span = Math.floor(firstSeen / spanMs)
      const counts = starts.get(span) ?? { ...NO_OUTCOMES }
      counts[outcome] += by
      if (by < 0 && totalOf(counts) === 0) starts.delete(span)
      else starts.set(span, counts)
    }
    return starts
  }
  return {
    start: (rows) => count(new Map(), rows, 1),
    // First what came: a span that is left and entered by the same row must not be dropped in between.
    step: (starts, { left, came }) => count(count(starts, came, 1), left, -1),
  }
}

/** The spans of the range that ends with the one `until` lies in, ms; those without a start among them. */
export function startsUntil(starts: Starts, { spanMs, buckets }: StartsRange, until: number): readonly StartsBucket[] {
  const first = Math.floor(until / spanMs) - buckets + 1
  return Array.from({ length: buckets }, (_, i) => ({
    at: (first + i) * spanMs,
    counts: { ...NO_OUTCOMES, ...starts.get(first + i) },
  }))
}
