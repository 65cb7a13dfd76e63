'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { Eraser } from 'lucide-react'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { useManagementBlock } from '@/components/shared/command/write-block'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toaster'
import type { Confirmed } from '@/lib/api/call'
import { useConnectionState, useShards } from '@/lib/api/live'
import { useClearStatistics } from '@/lib/api/mutations'
import type { Registration } from '@/lib/model/registrations/registration'
import { clearStatisticsBlocked } from '@/lib/model/registrations/registration-blocked'

interface ClearStatisticsProps {
  readonly registrations: readonly Registration[]
}

const useAsked = () => useQueryState('ask', parseAsStringLiteral(['clear-statistics']))

const useBlocked = (registrations: readonly Registration[]): string | undefined => {
  const capability = useConnectionState()?.capability
  const managementBlock = useManagementBlock()
  return managementBlock ?? clearStatisticsBlocked(registrations, capability)
}

/** Below the list, away from what a person presses while reading: it cannot be undone. */
export function ClearStatisticsButton({ registrations }: ClearStatisticsProps) {
  const [, setAsked] = useAsked()
  return (
    <Button
      size="row"
      icon={Eraser}
      disabledReason={useBlocked(registrations)}
      onClick={() => void setAsked('clear-statistics')}
    >
      Clear statistics
    </Button>
  )
}

/** RG.CLEARREGISTRATIONSSTATS. The dialog states its reach: all registrations, all shards, every client. */
export function ClearStatisticsDialog({ registrations }: ClearStatisticsProps) {
  const [asked, setAsked] = useAsked()
  const shards = useShards()?.length ?? 1
  const { mutateAsync } = useClearStatistics()
  const blocked = useBlocked(registrations)
  const clear = async ({ confirm }: Confirmed) => {
    const { shards: cleared } = await mutateAsync({ seen: registrations.map(({ identity }) => identity), confirm })
    toast.success(`Statistics cleared on ${plural(cleared.length, 'shard')}`)
  }
  return (
    <ConfirmDialog
      open={asked !== null && registrations.length > 0}
      onOpenChange={(open) => !open && void setAsked(null)}
      title={`Clear the statistics of ${plural(registrations.length, 'registration')}?`}
      confirmLabel="Clear statistics"
      confirmIcon={Eraser}
      danger
      disabledReason={blocked}
      onConfirm={clear}
    >
      <div className="flex flex-col gap-3">
        <p>
          The server can only clear all registrations at once: counters, durations and last errors are reset on{' '}
          {shards === 1 ? 'the server' : `all ${shards} shards`}, for every user. Failing registrations look healthy
          until they fail again. Gearboard’s history is kept.
        </p>
        <p>To count from now without clearing anything, reset the counters in this view only.</p>
        <div>
          <CopyAsCli size="row" commands={[{ words: ['RG.CLEARREGISTRATIONSSTATS'], on: 'any' }]} />
        </div>
      </div>
    </ConfirmDialog>
  )
}
