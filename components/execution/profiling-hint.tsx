'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { Timer } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toaster'
import { useSetConfig } from '@/lib/api/mutations'

/** Says why steps have no times, and offers to time those of later executions. */
export function ProfilingHint() {
  const [asking, setAsking] = useState(false)
  const blocked = useWriteBlock('admin')
  const { mutateAsync } = useSetConfig()
  const switchOn = async () => {
    const { shards } = await mutateAsync({ key: 'ProfileExecutions', value: '1' })
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
        <Button icon={Timer} disabledReason={blocked} onClick={() => setAsking(true)}>
          Turn on step timings
        </Button>
      }
    >
      RedisGears reports 0 ms for every step: ProfileExecutions was off, or each step took less than 1 ms. The reader
      and the total are always measured.
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
