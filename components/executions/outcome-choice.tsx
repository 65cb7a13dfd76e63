'use client'

import { OUTCOMES } from '@gearboard/gears/vocabulary/execution'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { cn } from '@/components/ui/cn'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import { type OutcomeCounts, totalOf } from '@/lib/model/executions/outcome-counts'
import { chosenOutcome, withOutcome } from './outcome-term'

interface OutcomeChoiceProps {
  readonly filter: string
  readonly onFilterChange: (filter: string) => void
  /** Undefined: not known yet. */
  readonly counts: OutcomeCounts | undefined
}

/** All, or one outcome, with counts; it only writes into the filter. Each has its place, whether it has any or none. */
export function OutcomeChoice({ filter, onFilterChange, counts }: OutcomeChoiceProps) {
  const chosen = chosenOutcome(filter)
  const choose = (value: string) => {
    const outcome = OUTCOMES.find((known) => known === value)
    onFilterChange(withOutcome(filter, outcome ?? 'all'))
  }
  const choices = [
    { value: 'all', word: 'All', count: counts && totalOf(counts) },
    ...OUTCOMES.map((outcome) => ({ value: outcome, word: capitalized(outcome), count: counts?.[outcome] })),
  ]
  return (
    <>
      <div className="max-w-full overflow-x-auto max-md:hidden print:block">
        <SegmentedControl<string>
          label="Outcome"
          // Paper does not scroll.
          className="print:h-auto print:flex-wrap"
          value={chosen ?? ''}
          options={choices.map(({ value, ...choice }) => ({ value, label: <Choice {...choice} /> }))}
          onValueChange={choose}
        />
      </div>
      {/* On a phone in the line of the filter. */}
      <Select<string>
        label="Outcome"
        className="md:hidden print:hidden"
        value={chosen ?? ''}
        options={[
          ...(chosen === undefined ? [{ value: '', label: 'Filtered' }] : []),
          ...choices.map(({ value, word, count }) => ({
            value,
            label: count === undefined ? word : `${word} ${formatCount(count)}`,
          })),
        ]}
        onValueChange={choose}
      />
    </>
  )
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** The count has room for four digits: one more must not move the others. */
const Choice = ({ word, count }: { readonly word: string; readonly count: number | undefined }) => (
  <span className={cn('inline-flex gap-1.5', count === 0 && 'text-fg-3')}>
    {word}{' '}
    <span className="min-w-[4.5ch] text-left font-normal text-fg-3">{count !== undefined && formatCount(count)}</span>
  </span>
)
