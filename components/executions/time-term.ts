import { withTerm } from '@/components/shared/filter/filter-terms'
import type { Term } from '@/lib/model/filter/filter'
import type { TimeSpan } from '@/lib/model/record/series-view'

/** The part of the time that the filter asks for from one moment to another; undefined where it does not. */
export function askedTime(terms: readonly Term[]): TimeSpan | undefined {
  const [term, ...others] = terms.filter(({ field }) => field === 'at')
  if (term === undefined || term.negated || others.length > 0 || term.tests.length !== 1) return undefined
  const [range] = term.tests
  if (range?.kind !== 'range' || !Number.isFinite(range.min) || !Number.isFinite(range.max)) return undefined
  return range.max > range.min ? { from: range.min, to: range.max } : undefined
}

/** The filter without its time; everything else in it stays. */
export const withoutTime = (filter: string): string => withTerm(filter, 'at', null)
