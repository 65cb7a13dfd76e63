'use client'

import { CircleQuestionMark } from 'lucide-react'
import { PageHeader } from '@/components/shared/page-header'
import { registrationsPath } from '@/components/shared/paths'
import { Banner } from '@/components/ui/banner'
import { LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { ApiError, describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'

export const RegistrationLoading = () => (
  <div className="flex flex-col gap-3" aria-busy>
    <PageHeader headline={undefined} />
    <Skeleton className="h-16" />
    <Skeleton className="h-56" />
  </div>
)

export function RegistrationLost({ id, error }: { readonly id: string; readonly error: Error }) {
  const connection = useConnectionName()
  const unknown = error instanceof ApiError && error.code === 'not_found'
  return (
    <div className="flex flex-col gap-3">
      <PageHeader headline={unknown ? 'There is no such registration.' : 'This registration could not be asked for.'} />
      {unknown ? (
        <Panel>
          <EmptyState
            icon={CircleQuestionMark}
            title="No shard lists it"
            action={<LinkButton href={registrationsPath(connection)}>See the registrations</LinkButton>}
          >
            <span className="break-all font-mono text-small">{id}</span> was unregistered, or replaced by an upgrade,
            which gives its registrations new ids.
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
