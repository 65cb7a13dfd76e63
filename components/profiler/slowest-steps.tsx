'use client'

import { TimerOff } from 'lucide-react'
import { useState } from 'react'
import { useSteadyOrder } from '@/components/shared/use-steady-order'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import type { Profile, StepProfile } from '@/lib/model/profile/profile'
import { visibleText } from '@/lib/model/text/visible-text'
import { FIRST, LIST_HEIGHT, LIST_SKELETON, ListActions } from './list-actions'
import { Bar } from './slowest-functions'
import { FunctionName, spreadColumns } from './spread-columns'

const keyOf = ({ name, number, type, title }: StepProfile): string => `${name} ${number} ${type} ${title}`

interface SlowestStepsProps {
  readonly profile: Profile | undefined
  /** Some shard times steps now. */
  readonly on: boolean
}

/** Steps of the executions that were timed. */
export function SlowestSteps({ profile, on }: SlowestStepsProps) {
  const [all, setAll] = useState(false)
  const { rows, ...order } = useSteadyOrder(profile?.steps, keyOf)
  const most = Math.max(1, ...(profile?.steps ?? []).map(({ p95 }) => p95))
  const columns: readonly PlainColumn<StepProfile>[] = [
    {
      id: 'step',
      header: 'Step',
      cell: ({ number, type, title, builtIn }) => (
        <span className="inline-flex items-baseline gap-2">
          <span className="text-fg-3">{number}</span>
          <span className={builtIn ? 'text-fg-2' : 'font-mono font-semibold text-small'}>{visibleText(title)}</span>
          {type !== title && <span className="text-fg-3 text-small">{type}</span>}
        </span>
      ),
    },
    {
      id: 'function',
      header: 'Function',
      cell: ({ name }) => <FunctionName name={name === null ? null : visibleText(name)} />,
    },
    ...spreadColumns<StepProfile>(),
    {
      id: 'bar',
      header: <span className="sr-only">p95 as a bar</span>,
      className: 'w-44',
      cell: ({ p95 }) => <Bar share={p95 / most} />,
    },
  ]
  return (
    <Panel
      title="Slowest steps"
      note="profiled executions, slowest shard of each, in whole ms"
      actions={<ListActions order={order} count={rows?.length ?? 0} all={all} onAll={setAll} />}
      bodyClassName={LIST_HEIGHT}
    >
      {!rows ? (
        <Skeleton className={LIST_SKELETON} />
      ) : rows.length === 0 ? (
        <EmptyState icon={TimerOff} title="No step times">
          {on
            ? 'ProfileExecutions is on: the next finished executions that stay on the server will appear here. Steps under 1 ms count as 0; an execution with only such steps looks untimed.'
            : 'RedisGears times steps only while ProfileExecutions is on: turn it on at the top of the page.'}
        </EmptyState>
      ) : (
        <PlainTable label="Slowest steps" rows={all ? rows : rows.slice(0, FIRST)} columns={columns} rowKey={keyOf} />
      )}
    </Panel>
  )
}
