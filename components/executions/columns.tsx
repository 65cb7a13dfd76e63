import { OUTCOMES } from '@gearboard/gears/vocabulary/execution'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { Archive } from 'lucide-react'
import Link from 'next/link'
import { executionPath } from '@/components/shared/page/paths'
import { Duration } from '@/components/shared/text/figures'
import { Id } from '@/components/shared/text/id'
import { OutcomeBadge } from '@/components/shared/text/outcome'
import { ShardName } from '@/components/shared/text/shard-name'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { TimeInFlight } from '@/components/shared/time/time-in-flight'
import { cn } from '@/components/ui/cn'
import type { TableColumn } from '@/components/ui/virtual-table/types'
import type { Execution } from '@/lib/model/executions/execution'
import { executionName, executionReason, isHeardInFlight, isInFlight } from '@/lib/model/executions/execution-view'
import { visibleText } from '@/lib/model/text/visible-text'

export interface ColumnContext {
  readonly connection: string
  readonly readerOf: (e: Execution) => string | null
}

/** A table on a screen with room to spare, px. */
const WIDE = 1600

/** The list's columns: what a screen has to spare goes to the function with its reason, then to the durations, which are compared. Create them once: the table treats a new array as a new order. */
export const executionColumns = ({ connection, readerOf }: ColumnContext): readonly TableColumn<Execution>[] => [
  {
    id: 'outcome',
    header: 'Outcome',
    width: 92,
    sortValue: (e) => OUTCOMES.indexOf(e.outcome),
    cell: (e) => <OutcomeBadge outcome={e.outcome} />,
  },
  { id: 'id', header: 'Id', width: 136, hideBelow: 640, sortValue: (e) => e.id, cell: (e) => <Id id={e.id} /> },
  {
    id: 'function',
    header: 'Function or registration',
    width: 'minmax(140px, 5fr)',
    sortValue: executionName,
    cell: (e) => <FunctionCell execution={e} connection={connection} />,
  },
  {
    id: 'reader',
    header: 'Reader',
    width: 'minmax(84px, 1fr)',
    // The function's name needs the space more.
    hideBelow: 1100,
    sortValue: readerOf,
    cell: (e) => <span className="text-fg-2">{readerOf(e) ?? '–'}</span>,
  },
  {
    id: 'shards',
    header: 'Shards',
    width: 60,
    align: 'right',
    hideBelow: 820,
    sortValue: (e) => e.coverage.answered - e.coverage.of,
    cell: ({ coverage: { answered, of } }) => (
      <span className={answered < of ? 'text-waiting' : 'text-fg-2'}>
        {answered}/{of}
      </span>
    ),
  },
  {
    id: 'shard',
    header: 'Shard',
    width: 'minmax(112px, 1fr)',
    hideBelow: WIDE,
    sortValue: (e) => e.shard,
    cell: (e) => <ShardName shard={e.shard} className="text-fg-2" />,
  },
  {
    id: 'seen',
    header: 'First seen',
    width: 'minmax(104px, 1fr)',
    align: 'right',
    hideBelow: 560,
    sortValue: (e) => e.firstSeen,
    cell: (e) => (
      <span className="text-fg-2">
        {e.precisionMs === null && 'over '}
        <TimeAgo at={e.firstSeen} />
      </span>
    ),
  },
  {
    id: 'ended',
    header: 'End seen',
    width: 'minmax(104px, 1fr)',
    align: 'right',
    hideBelow: WIDE,
    sortValue: (e) => e.endSeen,
    cell: ({ endSeen }) => (
      <span className={endSeen === null ? 'text-fg-3' : 'text-fg-2'}>
        {endSeen === null ? '–' : <TimeAgo at={endSeen} />}
      </span>
    ),
  },
  {
    id: 'duration',
    header: 'Duration',
    width: 'minmax(84px, 2.5fr)',
    align: 'right',
    // What is in flight has no duration yet: it sorts above the rest, the oldest first.
    sortValue: (e) => (isInFlight(e) ? Number.MAX_SAFE_INTEGER - e.firstSeen : e.durationMs),
    cell: (e) => <DurationCell execution={e} />,
  },
  {
    id: 'results',
    header: 'Results',
    width: 68,
    align: 'right',
    hideBelow: 720,
    sortValue: (e) => e.results,
    cell: (e) => <span className={e.results ? undefined : 'text-fg-3'}>{formatCount(e.results)}</span>,
  },
  {
    id: 'errors',
    header: 'Errors',
    width: 64,
    align: 'right',
    hideBelow: 680,
    sortValue: (e) => e.errors,
    cell: (e) => <span className={e.errors ? 'font-semibold text-failed' : 'text-fg-3'}>{formatCount(e.errors)}</span>,
  },
  {
    id: 'kept',
    header: 'Source',
    width: 112,
    hideBelow: 980,
    sortValue: (e) => Number(e.live),
    cell: (e) =>
      e.live ? (
        <span className="text-fg-2">live</span>
      ) : (
        <span className="inline-flex items-center gap-1.5 text-fg-2">
          <Archive aria-hidden className="text-fg-3" />
          history
        </span>
      ),
  },
]

function FunctionCell({ execution: e, connection }: { readonly execution: Execution; readonly connection: string }) {
  const reason = executionReason(e)
  const name = executionName(e)
  return (
    <>
      <Link
        href={executionPath(connection, e.key)}
        prefetch={false}
        // The row itself is reached by the arrows and opened by Enter.
        tabIndex={-1}
        className={cn(
          'truncate hover:underline',
          reason && 'max-w-[70%] shrink-0',
          name ? 'font-semibold' : 'text-fg-3',
        )}
      >
        <bdi>{name ? visibleText(name) : e.registered ? 'unknown registration' : 'unknown function'}</bdi>
      </Link>
      {reason && (
        <span className={cn('min-w-0 truncate text-fg-2 text-small', e.outcome === 'failed' && 'font-mono')}>
          <bdi>{visibleText(reason)}</bdi>
        </span>
      )}
    </>
  )
}

/** Bars compare from 1 ms to five minutes; the fourth root keeps the short ones apart. */
const LONGEST_MS = 300_000
const barShare = (ms: number): number => Math.min(1, (ms / LONGEST_MS) ** 0.25)

function DurationCell({ execution: e }: { readonly execution: Execution }) {
  const inFlight = isInFlight(e)
  return (
    <>
      {inFlight ? (
        <TimeInFlight execution={e} />
      ) : (
        <Duration ms={e.durationMs} className={e.durationMs === null ? 'text-fg-3' : undefined} />
      )}
      <span aria-hidden className="ml-1 h-1 w-2/5 shrink-0 overflow-hidden rounded-full bg-hover max-md:hidden">
        {inFlight ? (
          <span className={cn('hatch block h-full', isHeardInFlight(e) && '[--hatch:var(--running-fill)]')} />
        ) : (
          <span
            className="block h-full rounded-full bg-fg-3"
            style={{ width: `${100 * barShare(e.durationMs ?? 0)}%` }}
          />
        )}
      </span>
    </>
  )
}
