'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { runsPath } from '@/components/shared/page/paths'
import { Duration } from '@/components/shared/text/figures'
import { PageLink } from '@/components/ui/page-link'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { useConnectionName } from '@/lib/api/live'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { executionName } from '@/lib/model/executions/execution-view'
import { type FunctionTimes, levelInWords } from '@/lib/model/record/function-history'
import { formatClock } from '@/lib/model/text/format'
import { useFunctionTimes } from './use-function-times'

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

/** This function's runs of the last week: how many failed, and whether they got slower. Nothing where neither its name nor its plan is known. */
export function FunctionPanel({ execution }: { readonly execution: ExecutionDetail }) {
  const connection = useConnectionName()
  const known = useFunctionTimes(execution)
  if (!known) return null
  const { times, executions, all } = known
  const name = executionName(execution)
  return (
    <Panel
      title={execution.origin.kind === 'unknown' ? 'Runs with the same plan' : 'Runs of this function'}
      actions={
        name !== null && (
          <PageLink href={runsPath(connection, name)} className="text-accent hover:underline">
            See all its executions
          </PageLink>
        )
      }
      note={`last 7 days, from history${all ? '' : `; only the newest ${formatCount(executions)}`}`}
    >
      <p className="px-3 pb-2 text-fg-2">{levelInWords(times, formatClock)}.</p>
      <PlainTable label="Runs of this function" rows={[times]} columns={columns} rowKey={() => 'all'} />
    </Panel>
  )
}
