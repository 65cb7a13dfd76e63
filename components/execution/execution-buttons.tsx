'use client'

import { Ban, RotateCcw, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { ActionDialog } from '@/components/executions/action-dialog'
import { type Actable, useExecutionActions } from '@/components/executions/execution-actions'
import type { BulkAction } from '@/components/shared/bulk/bulk-dialog'
import { executionPath } from '@/components/shared/paths'
import { useWriteBlock } from '@/components/shared/write-block'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { useSubmit } from '@/lib/api/mutations'
import { executionBlocked } from '@/lib/model/actions'
import type { ExecutionDetail } from '@/lib/model/execution'

export function ExecutionButtons({ execution }: { readonly execution: ExecutionDetail }) {
  const blocked = useWriteBlock()
  const actions = useExecutionActions()
  const [asked, setAsked] = useState<BulkAction<Actable>>()
  return (
    <>
      <Button
        icon={Ban}
        disabledReason={blocked ?? executionBlocked.abort(execution)}
        onClick={() => setAsked(actions.abort([execution]))}
      >
        Abort
      </Button>
      <Button
        icon={Trash2}
        disabledReason={blocked ?? executionBlocked.drop(execution)}
        onClick={() => setAsked(actions.drop([execution]))}
      >
        Drop
      </Button>
      <RerunButton execution={execution} />
      <ActionDialog action={asked} chosen={1} onClose={() => setAsked(undefined)} />
    </>
  )
}

/** Submits the same script again and goes to the new execution. */
function RerunButton({ execution: { source } }: { readonly execution: ExecutionDetail }) {
  const connection = useConnectionName()
  const router = useRouter()
  const blocked = useWriteBlock('develop')
  const { mutateAsync, isPending } = useSubmit()
  const rerun = async () => {
    if (!source) return
    try {
      const reply = await mutateAsync({
        script: source.script,
        requirements: [...source.requirements],
        blocking: false,
      })
      if (reply.kind === 'started') router.push(executionPath(connection, reply.executionId))
      else toast.success('The script ran; it started no execution this time.')
    } catch (error) {
      toast.error('It could not be run again', { description: describeError(error) })
    }
  }
  return (
    <Button
      variant="primary"
      icon={RotateCcw}
      pending={isPending}
      disabledReason={
        blocked ?? (source ? undefined : 'Its source is not known: it was not submitted through Gearboard.')
      }
      onClick={rerun}
    >
      Re-run
    </Button>
  )
}
