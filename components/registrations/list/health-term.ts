import { joinTerms } from '@/components/shared/filter/filter-terms'
import { tokenise } from '@/lib/model/filter/filter'
import type { RegistrationHealth } from '@/lib/model/registrations/health'

export type HealthChoice = 'all' | 'failing' | 'flaky' | 'paused' | 'healthy'

export const HEALTH_CHOICES: readonly {
  readonly value: HealthChoice
  readonly word: string
  /** Undefined: whatever its health. */
  readonly healths?: readonly RegistrationHealth[]
}[] = [
  { value: 'all', word: 'All' },
  { value: 'failing', word: 'Failing', healths: ['failing', 'retrying', 'aborted'] },
  { value: 'flaky', word: 'Flaky', healths: ['flaky'] },
  { value: 'paused', word: 'Paused', healths: ['paused'] },
  { value: 'healthy', word: 'Healthy', healths: ['ok'] },
]

const isHealth = (term: string): boolean => /^-?health:/i.test(term)
const termOf = ({ healths }: (typeof HEALTH_CHOICES)[number]): string => (healths ? `health:${healths.join(',')}` : '')

/** What the quick choice shows; undefined when the filter asks for something else. */
export function chosenHealth(filter: string): HealthChoice | undefined {
  const asked = joinTerms(
    ...tokenise(filter)
      .map((token) => token.raw)
      .filter(isHealth),
  )
  return HEALTH_CHOICES.find((choice) => termOf(choice) === asked)?.value
}

/** The filter with its health replaced; everything else in it stays. */
export function withHealth(filter: string, value: HealthChoice): string {
  const choice = HEALTH_CHOICES.find((known) => known.value === value)
  const rest = tokenise(filter)
    .map((token) => token.raw)
    .filter((term) => !isHealth(term))
  return joinTerms(...rest, choice ? termOf(choice) : '')
}
