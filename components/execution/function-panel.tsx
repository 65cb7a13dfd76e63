'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Duration } from '@/components/shared/figures'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { queries } from '@/lib/api/queries'
import type { ExecutionDetail } from '@/lib/model/execution'
import { isInFlight } from '@/lib/model/execution-view'
import { formatClock, formatCount } from '@/lib/model/format'
import { type FunctionTimes, levelInWords } from '@/lib/model/function-history'

const WEEK_MS = 7 * 24 * 3_600_000

const columns: readonly PlainColumn<FunctionTimes>[] = [
  { id: 'count', header: 'Runs', align: 'right', cell: ({ count }) => formatCount(count) },
  {
    id: 'failed',
    header: 'Failed',
    align: 'right',
    cell: ({ failed }) => (
      <span className={failed > 0 ? 'font-semibold text-failed' : 'text-fg-3'}>{formatCount(failed)}</span>
    ),
  },
  { id: 'p50', header: 'p50', align: 'right', cell: ({ p50 }) => <Duration ms={p50} /> },
  { id: 'p95', header: 'p95', align: 'right', cell: ({ p95 }) => <Duration ms={p95} className="font-semibold" /> },
  { id: 'p99', header: 'p99', align: 'right', cell: ({ p99 }) => <Duration ms={p99} /> },
  { id: 'max', header: 'Longest', align: 'right', cell: ({ max }) => <Duration ms={max} /> },
]

/** How this function's runs of the last week did, and whether they take longer than they did. Nothing where its function is not known. */
export function FunctionPanel({ execution: { origin, ...execution } }: { readonly execution: ExecutionDetail }) {
  const connection = useConnectionName()
  const recorded = useConnectionState()?.history?.role !== 'off'
  const [to] = useState(() => Math.ceil(Date.now() / 60_000) * 60_000)
  const name = origin.kind === 'unknown' ? '' : origin.name
  const { data } = useQuery({
    ...queries.historyFunctions(connection, { from: to - WEEK_MS, to, points: 1, name }),
    enabled: recorded && origin.kind !== 'unknown' && !isInFlight(execution),
  })
  const times = data?.functions.find(({ subject }) => subject.kind === origin.kind)
  if (!times) return null
  return (
    <Panel
      title="Runs of this function"
      note={`the last week, as recorded${data?.searchedTo ? `; the newest ${formatCount(data.executions)} alone` : ''}`}
    >
      <p className="px-3 pb-2 text-fg-2">{levelInWords(times, formatClock)}.</p>
      <PlainTable label="Runs of this function" rows={[times]} columns={columns} rowKey={() => 'all'} />
    </Panel>
  )
}
