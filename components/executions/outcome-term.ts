import { OUTCOMES, type Outcome } from '@gearboard/gears/vocabulary/execution'
import { termsOf, withTerm } from '@/components/shared/filter/filter-terms'

/** What the quick choice shows: all, or the one outcome that the filter asks for. */
export function chosenOutcome(filter: string): Outcome | 'all' | undefined {
  const [term, ...others] = termsOf(filter, 'outcome')
  if (term === undefined) return 'all'
  return others.length === 0 ? OUTCOMES.find((outcome) => term === `outcome:${outcome}`) : undefined
}

/** The filter with its outcome replaced; everything else in it stays. */
export const withOutcome = (filter: string, outcome: Outcome | 'all'): string =>
  withTerm(filter, 'outcome', outcome === 'all' ? null : `outcome:${outcome}`)
