import { joinTerms } from '@/components/shared/filter/filter-terms'
import { OUTCOMES, type Outcome } from '@/lib/model/execution'
import { tokenise } from '@/lib/model/filter'

/** What the quick choice shows: all, or the one outcome that the filter asks for. */
export function chosenOutcome(filter: string): Outcome | 'all' | undefined {
  const terms = tokenise(filter)
    .map((token) => token.raw)
    .filter((term) => /^-?outcome:/i.test(term))
  const [term] = terms
  if (term === undefined) return 'all'
  return terms.length === 1 ? OUTCOMES.find((outcome) => term === `outcome:${outcome}`) : undefined
}

/** The filter with its outcome replaced; everything else in it stays. */
export const withOutcome = (filter: string, outcome: Outcome | 'all'): string =>
  joinTerms(
    ...tokenise(filter)
      .map((token) => token.raw)
      .filter((term) => !/^-?outcome:/i.test(term)),
    outcome === 'all' ? '' : `outcome:${outcome}`,
  )
