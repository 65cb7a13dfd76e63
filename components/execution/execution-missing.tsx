'use client'

import { LAST_SEEN } from '@gearboard/gears/vocabulary/errors'
import { idInWords } from '@/components/execution/lost-execution'
import { LostPage } from '@/components/shared/page/lost-page'
import { PageHeader } from '@/components/shared/page/page-header'
import { executionsPath } from '@/components/shared/page/paths'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Skeleton } from '@/components/ui/skeleton'
import { ApiError, describeError } from '@/lib/api/call'
import { useConnectionName, useExecutions, useShards } from '@/lib/api/live'
import { Breadcrumb } from './execution-header'

export const ExecutionLoading = ({ id }: { readonly id: string }) => (
  <div className="flex flex-col gap-3" aria-busy>
    <PageHeader breadcrumb={<Breadcrumb id={id} />} headline={undefined} />
    <Skeleton className="h-9" />
    <Skeleton className="h-32" />
    <Skeleton className="h-56" />
  </div>
)

/** No such execution on the server or in history; or the server could not be asked. */
export function ExecutionLost({ id, error }: { readonly id: string; readonly error: Error }) {
  const connection = useConnectionName()
  const shards = useShards()
  const executions = useExecutions()
  const seen = error instanceof ApiError ? error.details.find(({ at }) => at === LAST_SEEN)?.message : undefined
  return (
    <LostPage
      breadcrumb={<Breadcrumb id={id} />}
      noun="execution"
      error={error}
      list={{ href: executionsPath(connection), label: 'Open Executions' }}
      headline={
        seen === undefined ? (
          'Unknown execution.'
        ) : (
          <>
            Last seen <TimeAgo at={Date.parse(seen)} />; no details were kept.
          </>
        )
      }
    >
      {describeError(error)} {shards && executions && idInWords(id, shards, executions)} The server removes blocking
      runs when they end, and keeps a limited number of executions (MaxExecutions).
      {seen === undefined && ' It may have run while Gearboard was not polling, or its history has expired.'}
    </LostPage>
  )
}
