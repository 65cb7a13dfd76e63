'use client'

import { CircleQuestionMark } from 'lucide-react'
import { PageHeader } from '@/components/shared/page-header'
import { executionsPath } from '@/components/shared/paths'
import { Banner } from '@/components/ui/banner'
import { LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { ApiError, describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { Breadcrumb } from './execution-header'

export const ExecutionLoading = ({ id }: { readonly id: string }) => (
  <div className="flex flex-col gap-3" aria-busy>
    <PageHeader breadcrumb={<Breadcrumb id={id} />} headline={undefined} />
    <Skeleton className="h-9" />
    <Skeleton className="h-32" />
    <Skeleton className="h-56" />
  </div>
)

/** No such execution, as far as anybody remembers; or nobody could be asked. */
export function ExecutionLost({ id, error }: { readonly id: string; readonly error: Error }) {
  const connection = useConnectionName()
  const unknown = error instanceof ApiError && error.code === 'not_found'
  return (
    <div className="flex flex-col gap-3">
      <PageHeader
        breadcrumb={<Breadcrumb id={id} />}
        headline={unknown ? 'Nothing is known of this execution.' : 'This execution could not be asked for.'}
      />
      {unknown ? (
        <Panel>
          <EmptyState
            icon={CircleQuestionMark}
            title="No shard lists it, and nothing is remembered of it"
            action={<LinkButton href={executionsPath(connection)}>See the executions</LinkButton>}
          >
            {describeError(error)} Blocking runs leave the server as they end, and Gears keeps only so many executions
            (MaxExecutions). If it ran, it did so before Gearboard looked.
          </EmptyState>
        </Panel>
      ) : (
        <Banner tone="failed" title="The server’s answer">
          {describeError(error)}
        </Banner>
      )}
    </div>
  )
}
