import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { registrationPath } from '@/components/shared/paths'
import { cn } from '@/components/ui/cn'
import type { TableColumn } from '@/components/ui/virtual-table/types'
import { formatCount, formatDuration } from '@/lib/model/format'
import type { Hazard } from '@/lib/model/hazards'
import type { Counters, Registration } from '@/lib/model/registration'
import { REGISTRATION_STATES, readerWord, stateOf } from '@/lib/model/registration-view'
import { type RegistrationStreams, totalWaiting } from '@/lib/model/stream-state'
import { visibleText } from '@/lib/model/visible-text'
import { ReaderMark } from './reader-mark'
import { RegistrationStateWord } from './registration-state'
import type { RegistrationsAside } from './use-registrations-aside'

/** The list's columns. Make them once: a new array is a new order to the table. */
export const registrationColumns = (
  connection: string,
  { hazardsFor, streamsFor }: Pick<RegistrationsAside, 'hazardsFor' | 'streamsFor'>,
): readonly TableColumn<Registration>[] => [
  {
    id: 'health',
    header: 'Status',
    width: 96,
    sortValue: (r) => `${REGISTRATION_STATES.indexOf(stateOf(r))}${r.name}`,
    cell: (r) => <RegistrationStateWord registration={r} />,
  },
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(130px, 1fr)',
    sortValue: (r) => r.name,
    cell: (r) => (
      <span className="flex min-w-0 items-center gap-1.5">
        <Link
          href={registrationPath(connection, r.key)}
          prefetch={false}
          // The row itself is reached by the arrows and opened by Enter.
          tabIndex={-1}
          className="min-w-0 truncate font-semibold hover:underline"
        >
          <bdi>{visibleText(r.name)}</bdi>
        </Link>
        <HazardMark hazards={hazardsFor(r)} />
      </span>
    ),
  },
  {
    id: 'reader',
    header: 'Reader',
    width: 100,
    hideBelow: 560,
    sortValue: (r) => readerWord(r.reader),
    cell: (r) => <ReaderMark reader={r.reader} />,
  },
  {
    id: 'mode',
    header: 'Mode',
    width: 88,
    hideBelow: 1100,
    sortValue: (r) => r.mode,
    cell: (r) => <span className="text-fg-2">{r.mode}</span>,
  },
  {
    id: 'rate',
    header: 'Per min',
    width: 72,
    align: 'right',
    hideBelow: 620,
    sortValue: (r) => r.rates?.triggered ?? null,
    cell: (r) => <Rate perSecond={r.rates?.triggered ?? null} />,
  },
  counterColumn('triggered', 'Triggered', 84, 460),
  counterColumn('success', 'Success', 84, 900),
  counterColumn('failures', 'Failed', 72, 0),
  counterColumn('aborted', 'Aborted', 72, 900),
  {
    id: 'average',
    header: 'Average',
    width: 80,
    align: 'right',
    hideBelow: 820,
    sortValue: (r) => r.averageMs,
    cell: (r) => <span className={r.averageMs === null ? 'text-fg-3' : undefined}>{formatDuration(r.averageMs)}</span>,
  },
  {
    id: 'lag',
    header: 'Lag',
    width: 80,
    align: 'right',
    hideBelow: 740,
    sortValue: (r) => r.lagMs,
    cell: (r) => <span className={r.lagMs === null ? 'text-fg-3' : undefined}>{formatDuration(r.lagMs)}</span>,
  },
  {
    id: 'waiting',
    header: 'Waiting',
    width: 80,
    align: 'right',
    hideBelow: 1000,
    sortValue: (r) => totalWaiting(streamsFor(r))?.count ?? null,
    cell: (r) => <Waiting streams={streamsFor(r)} />,
  },
  {
    id: 'shards',
    header: 'Shards',
    width: 60,
    align: 'right',
    hideBelow: 680,
    sortValue: (r) => r.perShard.length - r.coverage.of,
    cell: ({ perShard, coverage: { of } }) => (
      <span className={perShard.length < of ? 'text-waiting' : 'text-fg-2'}>
        {perShard.length}/{of}
      </span>
    ),
  },
]

/** Entries that wait in its streams; `~` where not all of them were looked at, or Redis tells no count. */
function Waiting({ streams }: { readonly streams: RegistrationStreams | undefined }) {
  const waiting = totalWaiting(streams)
  if (!waiting) return <span className="text-fg-3">–</span>
  return (
    <span className={waiting.count === 0 ? 'text-fg-3' : undefined}>
      {waiting.exact ? '' : '~'}
      {formatCount(waiting.count)}
    </span>
  )
}

function HazardMark({ hazards }: { readonly hazards: readonly Hazard[] }) {
  const [first] = hazards
  if (!first) return null
  return <TriangleAlert role="img" aria-label={`Hazard: ${first.words}`} className="shrink-0 text-waiting" />
}

function counterColumn(
  counter: keyof Counters,
  header: string,
  width: number,
  hideBelow: number,
): TableColumn<Registration> {
  return {
    id: counter,
    header,
    width,
    align: 'right',
    hideBelow,
    sortValue: (r) => r.counters[counter],
    cell: (r) => <Counter counter={counter} value={r.counters[counter]} />,
  }
}

/** Zeros step back, failures stand out. */
export function Counter({ counter, value }: { readonly counter: keyof Counters; readonly value: number }) {
  const bad = value > 0 && counter === 'failures'
  return (
    <span className={cn(value === 0 && 'text-fg-3', bad && 'font-semibold text-failed')}>{formatCount(value)}</span>
  )
}

/** Per minute of a rate per second; a dash until two polls have told. */
export function Rate({ perSecond }: { readonly perSecond: number | null }) {
  if (perSecond === null) return <span className="text-fg-3">–</span>
  const perMinute = perSecond * 60
  const shown = perMinute > 0 && perMinute < 10 ? perMinute.toFixed(1) : formatCount(Math.round(perMinute))
  return <span className={perMinute === 0 ? 'text-fg-3' : undefined}>{shown}</span>
}
