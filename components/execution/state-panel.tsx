'use client'

import { ChevronRight } from 'lucide-react'
import { ScrollRegion } from '@/components/shared/text/scroll-region'
import { ShardName } from '@/components/shared/text/shard-name'
import { TimeInFlight } from '@/components/shared/time/time-in-flight'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { explainStates, type StateLane, type StateRole, stateLanes } from '@/lib/model/executions/execution-states'
import { formatClock } from '@/lib/model/text/format'

const ROLE_WORDS: Readonly<Record<StateRole, string>> = {
  only: 'this shard',
  initiator: 'initiator',
  worker: 'other shards',
}

/** Where an execution in flight is and since when, what it waits for, and what helps; all its states on demand. */
export function StatePanel({ execution }: { readonly execution: ExecutionDetail }) {
  const { firstSeen, precisionMs } = execution
  return (
    <Panel
      title="State"
      note={
        <>
          {precisionMs === null ? 'since before' : 'since'} {formatClock(firstSeen)}, as observed:{' '}
          <TimeInFlight execution={execution} />
        </>
      }
      bodyClassName="flex flex-col gap-2 pb-3"
    >
      <dl className="flex flex-col gap-1 px-3">
        {explainStates(execution).map(({ status, meaning, help, shards }) => (
          <div key={status} className="max-w-prose">
            <dt className="inline font-semibold">
              <span className="font-mono text-small">{status}</span> on{' '}
              {shards.map((shard) => (
                <ShardName key={shard} shard={shard} className="mr-1" />
              ))}
            </dt>{' '}
            <dd className="inline">
              {meaning}. <span className="text-fg-2">{help}</span>
            </dd>
          </div>
        ))}
      </dl>
      <details className="px-3">
        <summary className="w-fit cursor-pointer text-fg-2 text-small marker:text-fg-3 hover:text-fg">
          All states of an execution
        </summary>
        <ScrollRegion label="States" className="mt-2">
          <div className="flex min-w-fit flex-col gap-1.5">
            {stateLanes(execution).map((lane) => (
              <Lane key={lane.role} lane={lane} />
            ))}
          </div>
        </ScrollRegion>
      </details>
    </Panel>
  )
}

function Lane({ lane: { role, states } }: { readonly lane: StateLane }) {
  return (
    <div className="flex items-center gap-2">
      <span className="w-20 shrink-0 text-fg-3 text-small">{ROLE_WORDS[role]}</span>
      <ol aria-label={`States of ${ROLE_WORDS[role]}`} className="flex items-center gap-1">
        {states.map(({ status, shards }, at) => (
          <li
            key={status}
            aria-current={shards.length > 0 ? 'step' : undefined}
            className="flex items-center gap-1 whitespace-nowrap"
          >
            {status === 'aborted' ? (
              <span className="px-1 text-fg-3 text-small">or</span>
            ) : (
              at > 0 && <ChevronRight aria-hidden className="size-3 text-fg-3" />
            )}
            <span
              className={cn(
                'flex items-center gap-2 rounded-control border px-2 py-0.5 font-mono text-small',
                shards.length > 0 ? 'border-accent bg-accent-tint font-semibold' : 'border-line text-fg-3',
              )}
            >
              {status}
              {shards.map((shard) => (
                <ShardName key={shard} shard={shard} className="font-normal" />
              ))}
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
}
