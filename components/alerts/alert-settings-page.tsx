'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { Lock } from 'lucide-react'
import { PageHeader } from '@/components/shared/page/page-header'
import { useOwnAdmin } from '@/components/shared/people/use-may-add-connections'
import { Banner } from '@/components/ui/banner'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import type { AlertSettingsReply } from '@/lib/api/contract/alerts'
import { endpointQuery } from '@/lib/api/query'
import { roleRefusal } from '@/lib/model/people/role'
import { visibleText } from '@/lib/model/text/visible-text'
import { DeliveriesPanel } from './deliveries-panel'
import { ReceiversPanel } from './receivers-panel'
import { RulesPanel } from './rules-panel'

/** What others change, ms. */
const REFRESH_MS = 10_000

export function AlertSettingsPage() {
  const isAdmin = useOwnAdmin()
  const { data: me } = useQuery(endpointQuery('me'))
  if (isAdmin) return <AlertSettings />
  if (isAdmin === undefined || me?.signedIn === false) return <PageHeader headline={undefined} />
  return (
    <EmptyState icon={Lock} title={<h1>Alerts are set up by admins</h1>}>
      {roleRefusal('admin', me?.role ?? null)}
    </EmptyState>
  )
}

function AlertSettings() {
  const { data, error } = useQuery({ ...endpointQuery('alertSettings'), refetchInterval: REFRESH_MS })
  return (
    <>
      <PageHeader headline={data ? headlineOf(data) : error ? 'Alert settings cannot be loaded.' : undefined} />
      {error && (
        <Banner tone="failed" title={describeError(error)}>
          {data ? 'Showing older data. Trying again.' : 'Trying again.'}
        </Banner>
      )}
      {data ? <Panels data={data} /> : !error && <Skeleton className="h-60" />}
    </>
  )
}

const headlineOf = ({ rules, receivers }: AlertSettingsReply): string => {
  const enabled = rules.filter((rule) => rule.enabled).length
  return `${plural(enabled, 'alert rule')} enabled, ${plural(receivers.length, 'receiver')}`
}

function Panels({ data: { rules, receivers, blocked, sealing } }: { readonly data: AlertSettingsReply }) {
  return (
    <>
      {blocked !== null && (
        <Banner tone="warning" title="Alerts cannot be changed here">
          {blocked}
        </Banner>
      )}
      {sealing !== null && (
        <Banner tone="warning" title="No receiver can be added">
          {sealing}
        </Banner>
      )}
      {receivers.map(
        ({ id, definition, problem }) =>
          problem !== null && (
            <Banner key={id} tone="failed" title={`Nothing can be sent to ${visibleText(definition.name)}`}>
              {problem}
            </Banner>
          ),
      )}
      <ReceiversPanel receivers={receivers} blocked={blocked ?? sealing ?? undefined} />
      <RulesPanel rules={rules} receivers={receivers} blocked={blocked ?? undefined} />
      <DeliveriesPanel receivers={receivers} />
    </>
  )
}
