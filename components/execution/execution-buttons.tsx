'use client'

import { Ban, Pencil, RotateCcw, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { ExecutionActionDialog } from '@/components/shared/actions/execution-action-dialog'
import type { AskedExecutionAction } from '@/components/shared/actions/execution-actions'
import { useAskProduction } from '@/components/shared/command/production-guard'
import { useManagementBlock, useWriteBlock } from '@/components/shared/command/write-block'
import { executionPath, versionPath } from '@/components/shared/page/paths'
import { ProfiledRunButton } from '@/components/shared/profiling/profiled-run'
import { Button, LinkButton } from '@/components/ui/button'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { useSubmit } from '@/lib/api/mutations'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { executionBlocked } from '@/lib/model/executions/execution-blocked'
import { rerunBody } from '@/lib/model/record/rerun'
import { lineToOpen, useRunSource } from './use-run-source'

export function ExecutionButtons({ execution }: { readonly execution: ExecutionDetail }) {
  const blocked = useWriteBlock()
  const managementBlock = useManagementBlock()
  const [asked, setAsked] = useState<AskedExecutionAction>()
  return (
    <>
      <Button
        icon={Ban}
        disabledReason={managementBlock ?? executionBlocked.abort(execution)}
        onClick={() => setAsked({ kind: 'abort', chosen: [execution] })}
      >
        Abort
      </Button>
      <Button
        icon={Trash2}
        disabledReason={blocked ?? executionBlocked.drop(execution)}
        onClick={() => setAsked({ kind: 'drop', chosen: [execution] })}
      >
        Drop
      </Button>
      <RerunButtons execution={execution} />
      <ExecutionActionDialog asked={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}

/** Runs the script again: unchanged, with its steps timed, or after a review in the editor. */
function RerunButtons({ execution }: { readonly execution: ExecutionDetail }) {
  const connection = useConnectionName()
  const { rerun, pending } = useRerun(execution.source)
  const reason = useWriteBlock('develop') ?? noSource(execution)
  const { source, pending: looking } = useRunSource(execution)
  // An event started it: it cannot be run again, and what mends it is an upgrade.
  const byEvent = execution.origin.kind === 'registration'
  const edit = byEvent ? 'Edit and upgrade' : 'Edit and run'
  return (
    <>
      {source ? (
        <LinkButton
          variant={byEvent ? 'primary' : 'default'}
          icon={Pencil}
          href={versionPath(connection, source.opens.id, lineToOpen(execution, source))}
        >
          {edit}
        </LinkButton>
      ) : (
        <Button
          icon={Pencil}
          disabledReason={looking ? 'Looking for its source…' : 'Source unknown: not submitted through Gearboard.'}
        >
          {edit}
        </Button>
      )}
      <ProfiledRunButton
        label="Re-run profiled"
        pending={pending === 'profiled'}
        reason={reason}
        onRun={() => void rerun(true)}
      />
      <Button
        variant={byEvent ? 'default' : 'primary'}
        icon={RotateCcw}
        pending={pending === 'plain'}
        disabledReason={reason}
        onClick={() => void rerun(false)}
      >
        Re-run
      </Button>
    </>
  )
}

function noSource({ source, origin }: ExecutionDetail): string | undefined {
  if (source) return undefined
  return origin.kind === 'registration'
    ? 'An event started it, not a script. Trigger a test event to run it again.'
    : 'Source unknown: not submitted through Gearboard.'
}

/** Submits the same script again, under its name, and goes to the new execution. */
function useRerun(source: ExecutionDetail['source']) {
  const connection = useConnectionName()
  const generation = useConnectionState()?.capability?.generation
  const router = useRouter()
  const { mutateAsync, isPending, variables } = useSubmit()
  const askProduction = useAskProduction()
  const rerun = async (profiled: boolean) => {
    const confirmed = source && (await askProduction({ effect: profiled ? 'Re-run profiled' : 'Re-run' }))
    if (!source || !confirmed) return
    try {
      const reply = await mutateAsync({ ...rerunBody(source, { profiled, generation }), ...confirmed })
      if (reply.kind === 'started') router.push(executionPath(connection, reply.executionId))
      else toast.success('The script ran but started no execution.')
    } catch (error) {
      toast.error('Re-run failed', { description: describeError(error) })
    }
  }
  return { rerun, pending: isPending ? (variables?.profiled ? 'profiled' : 'plain') : undefined } as const
}
