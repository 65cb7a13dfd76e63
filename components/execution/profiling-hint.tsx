'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { Timer } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { toast } from '@/components/ui/toaster'
import type { Confirmed } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { useSetConfig } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { configRow, type ProfilingState, profilingOver } from '@/lib/model/environment/config-view'

const PROFILE_KEY = 'ProfileExecutions'

/** Why this run has no step times, as far as the present setting says something of it. */
const REASON: Readonly<Record<ProfilingState, string>> = {
  on: 'This run started before ProfileExecutions was turned on, or each step took less than 1 ms. It is on for every shard now.',
  some: 'ProfileExecutions was off where it ran, or each step took less than 1 ms. It is on for some shards only.',
  off: 'ProfileExecutions was off, or each step took less than 1 ms.',
  unknown:
    'ProfileExecutions was off, or each step took less than 1 ms. Whether it is on now is unknown: not every shard reports it.',
}

/** Says why steps have no times, and offers to time those of later executions where that is not on already. */
export function ProfilingHint() {
  const config = useQuery(endpointQuery('config', { connection: useConnectionName() }))
  const state = config.data && profilingOver(configRow(PROFILE_KEY, config.data.shards).values)
  const shown = state ?? (config.isError ? 'unknown' : undefined)
  const [asking, setAsking] = useState(false)
  const blocked = useWriteBlock('admin')
  const { mutateAsync } = useSetConfig()
  const switchOn = async ({ confirm }: Confirmed) => {
    const { shards } = await mutateAsync({ key: PROFILE_KEY, value: '1', confirm })
    const refused = shards.flatMap((answer) => {
      const reason = 'error' in answer ? answer.error.message : 'error' in answer.value ? answer.value.error : undefined
      return reason === undefined ? [] : [`${answer.shard.address}: ${reason}`]
    })
    if (refused.length > 0) throw new Error(refused.join('\n'))
    toast.success(`ProfileExecutions is on for ${plural(shards.length, 'shard')}`)
  }
  return (
    <Banner
      tone="info"
      title="No step times"
      actions={
        shown !== undefined &&
        shown !== 'on' && (
          <Button icon={Timer} disabledReason={blocked} onClick={() => setAsking(true)}>
            Turn on step timings
          </Button>
        )
      }
    >
      {/* Until the setting is read, the longest reason holds the place. */}
      <p className={cn('md:min-h-10', !shown && 'invisible')}>
        RedisGears reports 0 ms for every step. {REASON[shown ?? 'on']} The reader and the total are always measured.
      </p>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Turn on ProfileExecutions?"
        confirmLabel="Turn on on every shard"
        confirmIcon={Timer}
        disabledReason={blocked}
        onConfirm={switchOn}
      >
        RedisGears will time the steps of every new execution and profile its Python code, which slows each step. On
        some builds it also hides errors: a failing step reports the profiler’s AttributeError instead of its own. Turn
        it off in Configuration when you are done.
      </ConfirmDialog>
    </Banner>
  )
}
