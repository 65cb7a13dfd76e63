'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { BookOpen } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import type { Confirmed } from '@/lib/api/call'
import { useReadUnproven } from '@/lib/api/mutations'
import type { ExecutionDetail, Withheld } from '@/lib/model/executions/execution'
import { isOverridable, withheldInWords } from '@/lib/model/executions/withheld'

interface WithheldResultsProps {
  readonly execution: ExecutionDetail
  readonly withheld: Withheld
  readonly onRead: (results: readonly ResultValue[]) => void
}

/** Why the results are missing; if reading them may harm the server, the user decides. */
export function WithheldResults({ execution, withheld, onRead }: WithheldResultsProps) {
  const { id, key, identity, resultCount } = execution
  const [asking, setAsking] = useState(false)
  const blocked = useWriteBlock()
  const { mutateAsync } = useReadUnproven()
  const { title, text } = withheldInWords(withheld, id, resultCount)
  if (!isOverridable(withheld)) return <EmptyState title={title}>{text}</EmptyState>
  const read = async ({ confirm }: Confirmed) => {
    const reply = await mutateAsync({ id: key, seen: identity === null ? [] : [identity], confirm })
    onRead(reply.results)
  }
  return (
    <EmptyState
      title={title}
      action={
        <Button size="row" icon={BookOpen} disabledReason={blocked} onClick={() => setAsking(true)}>
          Read results anyway
        </Button>
      }
    >
      {text} Gearboard has not read any.
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Read ${plural(resultCount ?? 0, 'result')}?`}
        confirmLabel="Read results"
        confirmIcon={BookOpen}
        danger
        disabledReason={blocked}
        onConfirm={read}
      >
        <p>{text}</p>
        <p className="mt-2">
          If the server crashes, unsaved data is lost. Read the results only if you know what the function returns.
        </p>
      </ConfirmDialog>
    </EmptyState>
  )
}
