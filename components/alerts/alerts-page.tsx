'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { BellOff, SearchX, Settings2 } from 'lucide-react'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useEffect } from 'react'
import { MoreRows } from '@/components/shared/more-rows'
import { PageHeader } from '@/components/shared/page/page-header'
import { useOwnAdmin } from '@/components/shared/people/use-may-add-connections'
import { Banner } from '@/components/ui/banner'
import { Button, LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { PlainTable } from '@/components/ui/plain-table'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { ApiError, describeError } from '@/lib/api/call'
import { endpointPages, endpointQuery } from '@/lib/api/query'
import { serverClock } from '@/lib/api/server-clock'
import { alertsHeadline, alertsSecond } from '@/lib/model/alerts/alerts-answer'
import { INCIDENT_STATES } from '@/lib/model/alerts/incident'
import { ALERT_SEVERITIES } from '@/lib/model/alerts/kinds'
import { incidentColumns } from './incident-columns'

const POLL_MS = 3000

const STATES = ['all', ...INCIDENT_STATES] as const
const STATE_OPTIONS = [
  { value: 'all', label: 'All' },
  { value: 'firing', label: 'Firing' },
  { value: 'pending', label: 'Pending' },
  { value: 'resolved', label: 'Resolved' },
] as const
const SEVERITIES = ['all', ...ALERT_SEVERITIES] as const
const EVERY = ''

/** What fires, what may soon, and what did. */
export function AlertsPage() {
  const [{ state, severity, connection }, setFilter] = useQueryStates({
    state: parseAsStringLiteral(STATES).withDefault('all'),
    severity: parseAsStringLiteral(SEVERITIES).withDefault('all'),
    connection: parseAsString.withDefault(EVERY),
  })
  const isAdmin = useOwnAdmin() === true
  const { data: me } = useQuery(endpointQuery('me'))
  const pages = useInfiniteQuery({
    ...endpointPages('alerts', {
      ...(state !== 'all' && { state }),
      ...(severity !== 'all' && { severity }),
      ...(connection !== EVERY && { connection }),
    }),
    refetchInterval: POLL_MS,
    refetchIntervalInBackground: false,
  })
  const first = pages.data?.pages[0]
  const at = first?.at
  useEffect(() => {
    if (at !== undefined) serverClock.observe(at)
  }, [at])
  const incidents = pages.data?.pages.flatMap((page) => page.incidents)
  const isFiltered = state !== 'all' || severity !== 'all' || connection !== EVERY
  const names = [...new Set([...(me?.connections.map(({ name }) => name) ?? []), ...(connection ? [connection] : [])])]
  const { error } = pages
  return (
    <>
      <PageHeader
        changing="short"
        headline={first ? alertsHeadline(first.counts) : error ? 'Alerts cannot be loaded.' : undefined}
        second={first ? alertsSecond(first.counts) : ''}
        actions={
          isAdmin && (
            <LinkButton href="/settings/alerts" icon={Settings2}>
              Rules and receivers
            </LinkButton>
          )
        }
      />
      {error && !(error instanceof ApiError && error.code === 'unauthenticated') && (
        <Banner tone={first ? 'silent' : 'failed'} title={describeError(error)}>
          {first ? 'Showing older data. Trying again.' : 'Trying again.'}
        </Banner>
      )}
      {first?.standsBy && (
        <Banner tone="warning" title="This Gearboard evaluates no rules">
          {first.standsBy}
        </Banner>
      )}
      {first?.unavailable && (
        <Banner tone="warning" title="Resolved alerts are unavailable">
          {first.unavailable}
        </Banner>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <SegmentedControl
          label="State"
          value={state}
          options={STATE_OPTIONS}
          onValueChange={(value) => void setFilter({ state: value })}
        />
        <Select
          label="Severity"
          value={severity}
          options={SEVERITIES.map((value) => ({ value, label: value === 'all' ? 'All severities' : value }))}
          onValueChange={(value) => void setFilter({ severity: value })}
        />
        {names.length > 1 && (
          <Select
            label="Connection"
            value={connection}
            options={[{ value: EVERY, label: 'All connections' }, ...names.map((value) => ({ value, label: value }))]}
            onValueChange={(value) => void setFilter({ connection: value || null })}
          />
        )}
      </div>
      <Panel>
        {!incidents ? (
          !error && <Skeleton className="m-3 h-32" />
        ) : incidents.length > 0 ? (
          <PlainTable
            label="Alerts"
            cards
            rows={incidents}
            rowKey={({ id }) => id}
            columns={incidentColumns(at ?? 0)}
          />
        ) : isFiltered ? (
          <EmptyState
            icon={SearchX}
            title="No alerts match"
            action={
              <Button onClick={() => void setFilter({ state: null, severity: null, connection: null })}>
                Clear filter
              </Button>
            }
          />
        ) : (
          <EmptyState icon={BellOff} title="No alerts yet">
            {isAdmin
              ? 'What the rules find will appear here. Rules and receivers are under Settings, Alerts.'
              : 'What the rules find will appear here. Admins set up the rules.'}
          </EmptyState>
        )}
        <MoreRows
          more={pages.hasNextPage}
          loading={pages.isFetchingNextPage}
          onMore={() => void pages.fetchNextPage()}
        />
      </Panel>
    </>
  )
}
