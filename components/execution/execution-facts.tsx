'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { Archive, CircleCheck, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { registrationPath, versionPath } from '@/components/shared/page/paths'
import { Duration } from '@/components/shared/text/figures'
import { ShardName } from '@/components/shared/text/shard-name'
import { useNow } from '@/components/shared/time/clock'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { TimeInFlight } from '@/components/shared/time/time-in-flight'
import { cn } from '@/components/ui/cn'
import { PageLink } from '@/components/ui/page-link'
import { Tooltip } from '@/components/ui/tooltip'
import { useConnectionName } from '@/lib/api/live'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { goneInWords, isInFlight, shownDuration } from '@/lib/model/executions/execution-view'
import { againstFunction } from '@/lib/model/record/function-history'
import { formatClock, formatDuration } from '@/lib/model/text/format'
import { useFunctionTimes } from './use-function-times'

/** What is known of an execution, in one line; times are those observed, and say so. */
export function ExecutionFacts({ execution: e }: { readonly execution: ExecutionDetail }) {
  return (
    // Room for as many lines as they take once the comparison with other runs is read: nothing below moves then.
    <dl className="flex min-h-19 flex-wrap content-start items-center gap-x-6 gap-y-1 text-small md:min-h-9 min-[1920px]:min-h-4">
      <Fact name="function">
        <Origin execution={e} />
      </Fact>
      <Fact name="initiator">
        <ShardName shard={e.shard} />
      </Fact>
      <Fact name="first seen">
        <Tooltip content={observed(e)}>
          <span>
            {e.precisionMs === null && 'before '}
            {formatClock(e.firstSeen)}{' '}
          </span>
        </Tooltip>
        <span className="text-fg-3">
          (<TimeAgo at={e.firstSeen} />)
        </span>
      </Fact>
      {/* On a phone a line of its own, for the comparison that is read later. */}
      <Fact name="duration" className="max-md:w-full">
        {isInFlight(e) ? (
          <>
            <TimeInFlight execution={e} /> {e.unheardSince === undefined ? 'so far, observed' : 'when last reported'}
          </>
        ) : (
          <Tooltip content="Measured by the server: how long its steps ran on the slowest shard. Time spent waiting for other shards, coroutines or a free thread is not included.">
            <span>
              <Duration ms={e.durationMs} />
            </span>
          </Tooltip>
        )}
        <Against execution={e} />
      </Fact>
      <Fact name="raw status">
        <span className="font-mono">{e.status}</span>
      </Fact>
      <Answered execution={e} />
      <Fact name="source">
        {e.live ? (
          'live'
        ) : (
          <span className="inline-flex items-center gap-1.5">
            <Archive aria-hidden className="text-fg-3" />
            <span>
              history, last seen <TimeAgo at={e.lastSeen} />. {goneInWords(e)}
            </span>
          </span>
        )}
      </Fact>
    </dl>
  )
}

interface FactProps {
  readonly name: string
  readonly children: ReactNode
  readonly className?: string
}

function Fact({ name, children, className }: FactProps) {
  return (
    <div className={cn('flex min-w-0 items-center gap-1.5', className)}>
      <dt className="shrink-0 text-fg-3">{name}</dt>
      <dd className="min-w-0 font-medium [overflow-wrap:anywhere]">{children}</dd>
    </div>
  )
}

/** Beside the other runs of its function. */
function Against({ execution }: { readonly execution: ExecutionDetail }) {
  const now = useNow()
  const known = useFunctionTimes(execution)
  const duration = shownDuration(execution, now)
  const against = known && duration && againstFunction(duration.ms, known.times, duration.measured === 'observed')
  if (!against) return null
  return (
    <span className={cn('ml-1.5', against.slow ? 'text-waiting' : 'font-normal text-fg-3')}>({against.words})</span>
  )
}

function Origin({ execution: { origin, registered } }: { readonly execution: ExecutionDetail }) {
  const connection = useConnectionName()
  switch (origin.kind) {
    case 'submission':
      return (
        <PageLink href={versionPath(connection, origin.sourceId)} className="text-accent underline underline-offset-2">
          <bdi>{origin.name}</bdi>
        </PageLink>
      )
    case 'registration':
      return (
        <Tooltip content="RedisGears does not report which registration started it; this one has the same plan.">
          <span>
            <PageLink
              href={registrationPath(connection, origin.registrationId)}
              className="text-accent underline underline-offset-2"
            >
              <bdi>{origin.name}</bdi>
            </PageLink>{' '}
            <span className="font-normal text-fg-3">(inferred)</span>
          </span>
        </Tooltip>
      )
    case 'unknown':
      return <span className="font-normal text-fg-2">{registered ? 'an unknown registration' : 'unknown'}</span>
  }
}

function Answered({ execution: { coverage, silent, parts, shard } }: { readonly execution: ExecutionDetail }) {
  const complete = coverage.answered >= coverage.of
  const forgotten = parts.length > 0 && ![...parts, ...silent].some((each) => each.shard === shard)
  const Icon = complete ? CircleCheck : Unplug
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <dt className="sr-only">shards</dt>
      <dd className="flex flex-wrap items-center gap-1.5 font-medium">
        <Icon aria-hidden className={cn(complete ? 'text-ok' : 'text-waiting')} />
        {coverage.answered} of {plural(coverage.of, 'shard')} answered
        {silent.map(({ shard, reason }) => (
          <Tooltip key={shard} content={reason}>
            <span className="text-waiting">
              <ShardName shard={shard} /> silent
            </span>
          </Tooltip>
        ))}
        {forgotten && (
          <Tooltip content="It started on that shard, which collects all results and errors but no longer lists it. The other shards know only their part.">
            <span className="text-waiting">
              forgotten by <ShardName shard={shard} />
            </span>
          </Tooltip>
        )}
      </dd>
    </div>
  )
}

const observed = (e: ExecutionDetail): string =>
  e.precisionMs === null
    ? 'It was already there at Gearboard’s first poll and may be older. RedisGears reports no start times.'
    : `Observed by Gearboard, up to ${formatDuration(e.precisionMs)} after the start. RedisGears reports no start times.`
