'use client'

import { OUTCOMES } from '@gearboard/gears/vocabulary/execution'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { type OutcomeCounts, totalOf } from '@/lib/model/executions/outcome-counts'
import { chosenOutcome, withOutcome } from './outcome-term'

interface OutcomeChoiceProps {
  readonly filter: string
  readonly onFilterChange: (filter: string) => void
  readonly counts: OutcomeCounts
}

/** All, or one outcome, with counts; it only writes into the filter. */
export function OutcomeChoice({ filter, onFilterChange, counts }: OutcomeChoiceProps) {
  const total = totalOf(counts)
  const chosen = chosenOutcome(filter)
  const shown = OUTCOMES.filter((outcome) => counts[outcome] > 0 || outcome === chosen || outcome === 'failed')
  return (
    <div className="max-w-full overflow-x-auto">
      <SegmentedControl<string>
        label="Outcome"
        value={chosen ?? ''}
        options={[
          { value: 'all', label: <Choice word="all" count={total} /> },
          ...shown.map((outcome) => ({ value: outcome, label: <Choice word={outcome} count={counts[outcome]} /> })),
        ]}
        onValueChange={(value) => {
          const outcome = OUTCOMES.find((known) => known === value)
          onFilterChange(withOutcome(filter, outcome ?? 'all'))
        }}
      />
    </div>
  )
}

const Choice = ({ word, count }: { readonly word: string; readonly count: number }) => (
  <span className="inline-flex gap-1.5">
    {word.charAt(0).toUpperCase() + word.slice(1)} <span className="font-normal text-fg-3">{formatCount(count)}</span>
  </span>
)
