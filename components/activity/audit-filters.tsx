'use client'

import { Search } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { actionWords } from '@/lib/api/audit-words'
import { SAMPLE_DATA, WATCHDOG } from '@/lib/model/record/audit'
import { formatDayMinute } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { ACTIONS, ALL_CHOICES, type AuditFilter, OUTCOME_CHOICES, TIME_CHOICES } from './use-audit-filter'

const ACTION_OPTIONS = ACTIONS.map((value) => ({
  value,
  label: value === ALL_CHOICES ? 'All actions' : actionWords(value),
}))

const OUTCOME_LABELS = {
  all: 'All outcomes',
  failed: 'Failed',
  partial: 'On some shards',
  refused: 'Refused',
  ok: 'Done',
} as const satisfies Record<(typeof OUTCOME_CHOICES)[number], string>
const OUTCOME_OPTIONS = OUTCOME_CHOICES.map((value) => ({ value, label: OUTCOME_LABELS[value] }))

const TIME_LABELS = {
  all: 'Any time',
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
} as const satisfies Record<(typeof TIME_CHOICES)[number], string>
const TIME_OPTIONS = TIME_CHOICES.map((value) => ({ value, label: TIME_LABELS[value] }))

const NONE = { action: null, outcome: null, who: null, target: null, since: null, from: null, to: null } as const

/** Names that are always there to choose: those that sign in, and Gearboard's own. */
const KNOWN_NAMES = ['admin', 'anonymous', WATCHDOG, SAMPLE_DATA]

const whoOptions = (chosen: string, seen: readonly string[]) =>
  [ALL_CHOICES, ...new Set([...KNOWN_NAMES, ...seen, ...(chosen === '' ? [] : [chosen])])].map((value) => ({
    value,
    label: value === ALL_CHOICES ? 'Anyone' : visibleText(value),
  }))

interface AuditFiltersProps {
  readonly filter: AuditFilter
  /** Who did what is listed. */
  readonly seen: readonly string[]
}

/** Which actions are shown: kept in the URL. */
export function AuditFilters({ filter, seen }: AuditFiltersProps) {
  const { action, outcome, who, target, since, from, to, chosen, set, filtered } = filter
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        icon={Search}
        aria-label="Target or change contains"
        placeholder="Target or change contains…"
        value={target}
        maxLength={200}
        onChange={({ target: { value } }) => void set({ target: value || null })}
        className="min-w-48 flex-1"
      />
      <Select
        label="Who"
        value={who === '' ? ALL_CHOICES : who}
        options={whoOptions(who, seen)}
        onValueChange={(next) => void set({ who: next === ALL_CHOICES ? null : next })}
      />
      <Select
        label="Action"
        value={action}
        options={ACTION_OPTIONS}
        onValueChange={(next) => void set({ action: next })}
      />
      <Select
        label="Outcome"
        value={outcome}
        options={OUTCOME_OPTIONS}
        onValueChange={(next) => void set({ outcome: next })}
      />
      <Select
        label="Time"
        value={since}
        options={TIME_OPTIONS}
        onValueChange={(next) => void set({ since: next, from: null, to: null })}
      />
      {chosen && (
        <span className="text-fg-2 text-small">
          {from === null ? 'until' : `from ${formatDayMinute(from)}${to === null ? '' : ' to'}`}{' '}
          {to === null ? '' : formatDayMinute(to)}
        </span>
      )}
      <Button
        variant="ghost"
        className={filtered ? undefined : 'max-md:hidden'}
        disabledReason={filtered ? undefined : 'No filter is set.'}
        onClick={() => void set(NONE)}
      >
        Clear filters
      </Button>
    </div>
  )
}
