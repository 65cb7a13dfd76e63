'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { Flag, X } from 'lucide-react'
import type { RegistrationAction } from '@/components/shared/actions/registration-actions'
import { TABLE_KEYS } from '@/components/shared/text/words'
import { useNow } from '@/components/shared/time/clock'
import { keptInWords } from '@/components/shared/use-stored'
import { Button, IconButton } from '@/components/ui/button'
import { toast } from '@/components/ui/toaster'
import { useShards } from '@/lib/api/live'
import type { Registration } from '@/lib/model/registrations/registration'
import { ActionButtons } from '../action-buttons'
import { momentOf } from '../moment'
import { useBaselines } from '../use-baselines'
import { ClearStatisticsButton } from './clear-statistics'

interface SelectionBarProps {
  readonly chosen: readonly Registration[]
  readonly matching: number
  readonly onSelectAll: () => void
  readonly onAsk: (kind: RegistrationAction) => void
  readonly onClear: () => void
}

/** What can be done to the selected ones. */
export function SelectionBar({ chosen, matching, onSelectAll, onAsk, onClear }: SelectionBarProps) {
  const { set } = useBaselines()
  const count = () => {
    set(chosen)
    toast.success(`Reset the counters of ${plural(chosen.length, 'registration')} in this view only`)
  }
  return (
    <>
      <span className="font-semibold text-fg">{formatCount(chosen.length)} selected</span>
      {matching > chosen.length && (
        <Button variant="ghost" size="row" className="text-accent" onClick={onSelectAll}>
          Select all {formatCount(matching)} matches
        </Button>
      )}
      <span className="ml-auto flex flex-wrap items-center gap-2">
        <Button size="row" icon={Flag} onClick={count}>
          Reset counters in this view
        </Button>
        <ActionButtons chosen={chosen} size="row" onAsk={onAsk} />
        <IconButton size="row" icon={X} label="Clear selection" onClick={onClear} />
      </span>
    </>
  )
}

/** How many are shown, and what is summed. */
export function RegistrationsNote({
  shown,
  registrations,
}: {
  readonly shown: number
  /** All of them: that is what clearing reaches. */
  readonly registrations: readonly Registration[]
}) {
  const shards = useShards()
  const silent = shards?.filter(({ state }) => state === 'silent').length ?? 0
  return (
    <>
      <span>
        {plural(shown, 'registration')}
        {shards && shards.length > 1 && `, summed over ${plural(shards.length, 'shard')}`}
        {silent > 0 && shards && shards.length > 1 && `, ${silent} from the last report`}
      </span>
      <span className="ml-auto max-md:hidden">{TABLE_KEYS}</span>
      <span className="max-md:ml-auto">
        <ClearStatisticsButton registrations={registrations} />
      </span>
    </>
  )
}

/** When this browser's baselines were set. */
export function BaselineNote({ shown }: { readonly shown: readonly Registration[] }) {
  const { of, set, forget, stored } = useBaselines()
  const now = useNow()
  const moments = shown.flatMap((r) => of(r)?.at ?? [])
  const oldest = Math.min(...moments)
  return (
    <>
      <span>
        {moments.length === 0
          ? 'These have no baseline in this browser.'
          : `Counting since ${momentOf(oldest, now)}${moments.some((at) => at !== oldest) ? ' or later' : ''}, ${stored ? 'only in this browser' : keptInWords(false)}${
              moments.length < shown.length
                ? `; ${plural(shown.length - moments.length, 'other')} without a baseline`
                : ''
            }.`}
      </span>
      <span className="ml-auto flex flex-wrap items-center gap-2">
        <Button
          size="row"
          icon={Flag}
          disabledReason={shown.length === 0 ? 'The list is empty.' : undefined}
          onClick={() => set(shown)}
        >
          Reset all in this view
        </Button>
        {moments.length > 0 && (
          <Button size="row" variant="ghost" onClick={() => forget(shown.map(({ key }) => key))}>
            Remove baselines
          </Button>
        )}
      </span>
    </>
  )
}
