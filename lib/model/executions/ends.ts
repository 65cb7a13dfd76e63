import type { Derivation } from '../list/row-list'
import { startsOfSpans, type TimeSpan } from '../record/series-view'
import type { Execution } from './execution'
import { isInFlight } from './execution-view'

/** What an execution ends as; `unknown`: it left the server before its outcome was read. */
const END_OUTCOMES = ['ok', 'failed', 'aborted', 'unknown'] as const
export type EndOutcome = (typeof END_OUTCOMES)[number]

const isEndOutcome = (word: string): word is EndOutcome => END_OUTCOMES.some((outcome) => outcome === word)

type EndCounts = Readonly<Record<EndOutcome, number>>

const NO_ENDS: EndCounts = { ok: 0, failed: 0, aborted: 0, unknown: 0 }

type Ending = Pick<Execution, 'outcome' | 'live' | 'firstSeen' | 'lastSeen' | 'endSeen' | 'precisionMs' | 'gone'>

/** When an execution was seen to end, or to be gone, ms; null while some shard works on it. */
export const endOf = (e: Ending): number | null => (isInFlight(e) ? null : (e.endSeen ?? e.gone?.at ?? e.lastSeen))

/** It was there at some moment of the range, in flight or ending. */
export const wasIn =
  ({ from, to }: TimeSpan) =>
  (e: Ending): boolean =>
    e.firstSeen < to && (endOf(e) ?? to) >= from

/** Ends by outcome, by number of their span. */
export type Ends = Map<number, Record<EndOutcome, number>>

/**
 * When executions ended, by outcome. What was over before the first look has no end that was seen, and is left out, as the recorder does.
 * A step changes the value in place: there may be thousands of spans, of which it touches few.
 */
export const endsPer = (spanMs: number): Derivation<Ending, Ends> => {
  const count = (ends: Ends, rows: readonly Ending[], by: 1 | -1): Ends => {
    for (const row of rows) {
      const end = endOf(row)
      if (end === null || !isEndOutcome(row.outcome) || (row.precisionMs === null && end <= row.firstSeen)) continue
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
