'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { gainedSince } from '@/components/registrations/registration-baseline'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import type { RowGroups } from '@/components/ui/virtual-table/types'
import type { Registration } from '@/lib/model/registrations/registration'
import { readerWord, registrationCounts } from '@/lib/model/registrations/registration-view'
import { visibleText } from '@/lib/model/text/visible-text'
import { useBaselines } from '../use-baselines'
import { type CountsOf, TOTALS } from './columns'
import { chosenHealth, HEALTH_CHOICES, type HealthChoice, withHealth } from './health-term'
import { ratePerMinute } from './registrations-headline'

const COUNTS = ['total', 'baseline'] as const
export type Counts = (typeof COUNTS)[number]

/** What the counters of the list count; in the address. */
export const useCounts = () => useQueryState('counts', parseAsStringLiteral(COUNTS).withDefault('total'))

/** How the chosen one reads a row. */
export function useCountsOf(counts: Counts): CountsOf {
  const { of } = useBaselines()
  const sinceBaseline: CountsOf = useCallback(
    (r) => {
      const baseline = of(r)
      return baseline ? gainedSince(baseline, r) : { gained: null, why: 'it has no baseline in this browser' }
    },
    [of],
  )
  return counts === 'total' ? TOTALS : sinceBaseline
}

export function CountsChoice({
  value,
  onChange,
}: {
  readonly value: Counts
  readonly onChange: (counts: Counts) => void
}) {
  return (
    <SegmentedControl<Counts>
      label="Counters"
      value={value}
      options={[
        { value: 'total', label: 'Totals' },
        { value: 'baseline', label: 'Since baseline' },
      ]}
      onValueChange={onChange}
    />
  )
}

const GROUPINGS = ['none', 'session', 'reader'] as const
type Grouping = (typeof GROUPINGS)[number]

const GROUPING_WORDS: Readonly<Record<Grouping, string>> = {
  none: 'Not grouped',
  session: 'By session',
  reader: 'By reader',
}

export const useGrouping = () => useQueryState('group', parseAsStringLiteral(GROUPINGS).withDefault('none'))

export function GroupingChoice({
  value,
  onChange,
}: {
  readonly value: Grouping
  readonly onChange: (to: Grouping) => void
}) {
  return (
    <Select<Grouping>
      label="Group"
      value={value}
      options={GROUPINGS.map((each) => ({ value: each, label: GROUPING_WORDS[each] }))}
      onValueChange={onChange}
    />
  )
}

const GROUP_OF: Readonly<Record<Exclude<Grouping, 'none'>, (r: Registration) => string>> = {
  session: (r) => r.privateData?.session ?? '',
  reader: (r) => READER_TITLE[readerWord(r.reader)],
}

/** How the table groups its rows; `onSelect` selects those of a group. */
export function useRowGroups(
  grouping: Grouping,
  onSelect: (rows: readonly Registration[]) => void,
): RowGroups<Registration> | undefined {
  return useMemo(() => {
    if (grouping === 'none') return undefined
    return {
      id: grouping,
      nameOf: GROUP_OF[grouping],
      heading: (name, rows) => (
        <>
          <bdi className="min-w-0 truncate font-semibold text-fg">
            {name === '' ? 'No session reported' : visibleText(name)}
          </bdi>
          <span className="min-w-0 truncate text-fg-2">{groupInWords(rows)}</span>
          <Button variant="ghost" size="row" className="ml-auto text-accent" onClick={() => onSelect(rows)}>
            Select {formatCount(rows.length)}
          </Button>
        </>
      ),
    }
  }, [grouping, onSelect])
}

const READER_TITLE: Readonly<Record<ReturnType<typeof readerWord>, string>> = {
  keys: 'Key events',
  stream: 'Streams',
  command: 'Commands',
}

function groupInWords(rows: readonly Registration[]): string {
  const { failing, flaky } = registrationCounts(rows)
  const perMinute = ratePerMinute(rows)
  return [
    plural(rows.length, 'registration'),
    perMinute !== null && `${formatCount(perMinute)} /min`,
    failing > 0 && `${formatCount(failing)} failing`,
    flaky > 0 && `${formatCount(flaky)} flaky`,
  ]
    .filter((words) => words !== false)
    .join(' · ')
}

interface HealthFilterProps {
  /** Undefined: not known yet. */
  readonly registrations: readonly Registration[] | undefined
  readonly filter: string
  readonly onFilterChange: (filter: string) => void
}

export function HealthFilter({ registrations, filter, onFilterChange }: HealthFilterProps) {
  const counts = registrations && registrationCounts(registrations)
  return (
    <SegmentedControl<HealthChoice | ''>
      label="Health"
      className="max-w-full overflow-x-auto max-md:[&>button]:px-1.5"
      value={chosenHealth(filter) ?? ''}
      options={HEALTH_CHOICES.map(({ value, word }) => ({
        value,
        label: (
          <span className={cn('inline-flex gap-1.5 max-md:gap-1', counts?.[value] === 0 && 'text-fg-3')}>
            {word}{' '}
            <span className="min-w-[2.5ch] text-left max-md:min-w-[2ch] font-normal text-fg-3">
              {counts && formatCount(counts[value])}
            </span>
          </span>
        ),
      }))}
      onValueChange={(value) => value !== '' && onFilterChange(withHealth(filter, value))}
    />
  )
}
