'use client'

import { LostPage } from '@/components/shared/lost-page'
import { PageHeader } from '@/components/shared/page-header'
import { executionsPath } from '@/components/shared/paths'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
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
  return (
    <LostPage
      breadcrumb={<Breadcrumb id={id} />}
      noun="execution"
      error={error}
      list={{ href: executionsPath(connection), label: 'See the executions' }}
      headline="Nothing is known of this execution."
    >
      {describeError(error)} Blocking runs leave the server as they end, and Gears keeps only so many executions
      (MaxExecutions). If it ran, it did so before Gearboard looked.
    </LostPage>
  )
}
