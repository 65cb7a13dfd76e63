'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { Gauge } from 'lucide-react'
import { useState } from 'react'
import { registrationPath } from '@/components/shared/page/paths'
import { SortAgain } from '@/components/shared/sort-again'
import { Duration } from '@/components/shared/text/figures'
import { useSteadyOrder } from '@/components/shared/use-steady-order'
import { EmptyState } from '@/components/ui/empty-state'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { Sparkline } from '@/components/ui/sparkline'
import { useConnectionName, useRegistrations } from '@/lib/api/live'
import type { FunctionProfile, Profile } from '@/lib/model/profile/profile'
import type { Registration } from '@/lib/model/registrations/registration'
import { visibleText } from '@/lib/model/text/visible-text'
import { FIRST, LIST_HEIGHT, LIST_SKELETON, ListActions } from './list-actions'
import { FunctionName, spreadColumns } from './spread-columns'

const columns: readonly PlainColumn<FunctionProfile>[] = [
  {
    id: 'name',
    header: 'Function',
    cell: ({ name }) => <FunctionName name={name === null ? null : visibleText(name)} />,
  },
  ...spreadColumns<FunctionProfile>(),
  {
    id: 'trend',
    header: 'Latest runs',
    className: 'w-36',
    cell: ({ latest }) => <Sparkline values={latest} className="w-32 text-fg-3" />,
  },
]

const keyOf = ({ name }: FunctionProfile): string => name ?? ''

/** Whole executions by function. */
export function SlowestFunctions({ profile }: { readonly profile: Profile | undefined }) {
  const { rows, ...order } = useSteadyOrder(profile?.functions, keyOf)
  const [all, setAll] = useState(false)
  return (
    <Panel
      title="Slowest functions"
      note="total_duration of finished executions, slowest shard"
      actions={<ListActions order={order} count={rows?.length ?? 0} all={all} onAll={setAll} />}
      bodyClassName={LIST_HEIGHT}
    >
      {!rows ? (
        <Skeleton className={LIST_SKELETON} />
      ) : rows.length === 0 ? (
        <EmptyState icon={Gauge} title="No finished executions">
          The server removes blocking runs and triggers when they end; it keeps UNBLOCKING runs and those of events.
        </EmptyState>
      ) : (
        <PlainTable
          label="Slowest functions"
          rows={all ? rows : rows.slice(0, FIRST)}
          columns={columns}
          rowKey={keyOf}
        />
      )}
    </Panel>
  )
}

/** ms in all, over the shards that answered; null on 1.0, which measures none. */
const totalOf = (r: Registration): number | null => {
  const known = r.perShard.flatMap(({ durations }) => durations?.totalMs ?? [])
  return known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0)
}

/** Registrations by the server's own counters. */
export function RegistrationTimes() {
  const connection = useConnectionName()
  const registrations = useRegistrations()
  const byTotal = (registrations ?? [])
    .map((r) => ({
      r,
      total: totalOf(r),
      last: Math.max(...r.perShard.map(({ durations }) => durations?.lastMs ?? 0)),
    }))
    .filter(({ total }) => total !== null && total > 0)
    .toSorted((a, b) => (b.total ?? 0) - (a.total ?? 0))
  const { rows, sorted, sortAgain } = useSteadyOrder(byTotal, ({ r }) => r.key)
  if (registrations === undefined) return <Skeleton className="h-56" />
  if (!rows || rows.length === 0) return null
  const all = rows.reduce((sum, { total }) => sum + (total ?? 0), 0)
  const registrationColumns: readonly PlainColumn<(typeof rows)[number]>[] = [
    {
      id: 'name',
      header: 'Registration',
      cell: ({ r }) => (
        <PageLink href={registrationPath(connection, r.key)} className="font-semibold hover:underline">
          <bdi>{visibleText(r.name)}</bdi>
        </PageLink>
      ),
    },
    {
      id: 'runs',
      header: 'Runs',
      align: 'right',
      cell: ({ r: { counters } }) => formatCount(counters.success + counters.failures + counters.aborted),
    },
    { id: 'average', header: 'Average', align: 'right', cell: ({ r }) => <Duration ms={r.averageMs} /> },
    { id: 'last', header: 'Last', align: 'right', cell: ({ last }) => <Duration ms={last} /> },
    {
      id: 'total',
      header: 'Total',
      align: 'right',
      cell: ({ total }) => <Duration ms={total} className="font-semibold" />,
    },
    { id: 'share', header: 'Share', className: 'w-44', cell: ({ total }) => <Bar share={(total ?? 0) / all} /> },
  ]
  return (
    <Panel
      title="Time of registrations"
      note="from the server’s counters, all runs since the last clear"
      actions={<SortAgain sorted={sorted} onSort={sortAgain} />}
    >
      <PlainTable label="Time of registrations" rows={rows} columns={registrationColumns} rowKey={({ r }) => r.key} />
    </Panel>
  )
}

/** A bar beside a figure that says the value. */
export function Bar({ share }: { readonly share: number }) {
  return (
    <span aria-hidden className="keeps-fill block h-2 w-40 max-w-full rounded-chip bg-hover forced-colors:border">
      <span
        className="block h-full rounded-chip bg-running-fill"
        style={{ width: `${Math.min(100, Math.max(0, share * 100))}%` }}
      />
    </span>
  )
}
