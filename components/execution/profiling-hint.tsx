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
    toast.success(`ProfileExecutions is on, on ${plural(shards.length, 'shard')}`)
  }
  return (
    <Banner
      tone="info"
      title="No step of this execution has a time"
      actions={
        <Button icon={Timer} disabledReason={blocked} onClick={() => setAsking(true)}>
          Time steps from now on
        </Button>
      }
    >
      Gears reports 0 ms for each: ProfileExecutions was off, or none took a whole millisecond. Reading and the whole
      are always measured.
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Switch ProfileExecutions on?"
        confirmLabel="Switch it on, on every shard"
        confirmIcon={Timer}
        disabledReason={blocked}
        onConfirm={switchOn}
      >
        Every execution that starts from now on has its steps timed, and its Python profiled. That costs time in each
        step. On some builds of RedisGears it also hides errors: a failing step then reports an AttributeError of the
        profiler instead of its own. Switch it off again in the configuration when you have seen enough.
      </ConfirmDialog>
    </Banner>
  )
}
