import { withTerm } from '@/components/shared/filter/filter-terms'
import type { StartsRange } from '@/lib/model/executions/starts'
import type { Term } from '@/lib/model/filter/filter'
import { writeMoments } from '@/lib/model/filter/filter-range'
import type { TimeSpan } from '@/lib/model/record/series-view'

/** Widths of a bar, ms. */
const SPANS = [1000, 5000, 15_000, 60_000, 300_000, 1_800_000, 7_200_000, 86_400_000] as const
const MOST_BARS = 60

/** The part of the time that the filter asks for from one moment to another; undefined where it does not. */
export function askedTime(terms: readonly Term[]): TimeSpan | undefined {
  const [term, ...others] = terms.filter(({ field }) => field === 'at')
  if (term === undefined || term.negated || others.length > 0 || term.tests.length !== 1) return undefined
  const [range] = term.tests
  if (range?.kind !== 'range' || !Number.isFinite(range.min) || !Number.isFinite(range.max)) return undefined
  return { from: range.min, to: range.max }
}

/** Bars over all of a stretch: as narrow as so many allow. */
export function barsOver({ from, to }: TimeSpan): StartsRange {
  const width = SPANS.find((span) => (to - from) / span <= MOST_BARS)
  const spanMs = width ?? Math.ceil((to - from) / MOST_BARS)
  return { spanMs, buckets: Math.floor(to / spanMs) - Math.floor(from / spanMs) + 1 }
}

/** The filter with its time replaced by this one; everything else in it stays. */
export const withTime = (filter: string, time: TimeSpan | null): string =>
  withTerm(filter, 'at', time && `at:${writeMoments(time.from, time.to)}`)
