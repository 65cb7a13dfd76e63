import { argsInWords, type Counters } from '@gearboard/gears/vocabulary/registration'
import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import type { Gain } from '@/components/registrations/registration-baseline'
import { registrationPath } from '@/components/shared/page/paths'
import type { RegistrationsAside } from '@/components/shared/registrations/use-registrations-aside'
import { cn } from '@/components/ui/cn'
import { Tooltip } from '@/components/ui/tooltip'
import type { TableColumn } from '@/components/ui/virtual-table/types'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import type { Hazard } from '@/lib/model/registrations/hazards'
import type { Registration } from '@/lib/model/registrations/registration'
import { REGISTRATION_STATES, readerWord, stateOf } from '@/lib/model/registrations/registration-view'
import { type RegistrationStreams, totalWaiting } from '@/lib/model/registrations/stream-state'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { RegistrationStateWord } from '../registration-state'
import { TriggerTrend } from '../trend'
import { ReaderIcon, readerTitle } from './reader-mark'

/** What the counters of a row are, or why they are not known. */
export type CountsOf = (r: Registration) => Gain

/** As the shards tell them: since each loaded the registration, or its statistics were cleared. */
export const TOTALS: CountsOf = ({ counters }) => ({ gained: counters })

/** A table on a screen with room to spare, px. */
const WIDE = 1600

/** The list's columns. Make them once: a new array is a new order to the table. */
export const registrationColumns = (
  connection: string,
  { hazardsFor, streamsFor }: Pick<RegistrationsAside, 'hazardsFor' | 'streamsFor'>,
  countsOf: CountsOf,
): readonly TableColumn<Registration>[] => [
  {
    id: 'health',
    header: 'Status',
    width: 124,
    sortValue: (r) => `${REGISTRATION_STATES.indexOf(stateOf(r))}${r.name}`,
    cell: (r) => <RegistrationStateWord registration={r} />,
  },
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(104px, 1fr)',
    sortValue: (r) => r.name,
    cell: (r) => (
      <span className="flex min-w-0 items-center gap-1.5">
        <ReaderIcon reader={r.reader} />
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
    width: 84,
    hideBelow: 1120,
    sortValue: (r) => readerWord(r.reader),
    cell: (r) => <span className="text-fg-2">{readerTitle(r.reader)}</span>,
  },
  {
    id: 'mode',
    header: 'Mode',
    width: 88,
    hideBelow: 1200,
    sortValue: (r) => r.mode,
    cell: (r) => <span className="text-fg-2">{r.mode}</span>,
  },
  {
    id: 'fires',
    header: 'Fires on',
    width: 'minmax(160px, 0.6fr)',
    hideBelow: WIDE,
    sortValue: argsInWords,
    cell: (r) => (
      <bdi className="min-w-0 truncate font-mono text-fg-2 text-small">{visibleText(argsInWords(r), NAME_CHARS)}</bdi>
    ),
  },
  {
    id: 'session',
    header: 'Session',
    width: 'minmax(120px, 0.4fr)',
    hideBelow: WIDE,
    sortValue: (r) => r.privateData?.session ?? null,
    cell: (r) => (
      <bdi className="min-w-0 truncate font-mono text-fg-2 text-small">
        {visibleText(r.privateData?.session ?? '–', NAME_CHARS)}
      </bdi>
    ),
  },
  {
    id: 'rate',
    header: 'Per min',
    width: 122,
    align: 'right',
    hideBelow: 620,
    sortValue: (r) => r.rates?.triggered ?? null,
    cell: (r) => (
      <>
        <span className="w-14 shrink-0">
          <TriggerTrend registration={r.key} />
        </span>
        <span className="min-w-8 text-right">
          <Rate perSecond={r.rates?.triggered ?? null} partial={isPartial(r)} />
        </span>
      </>
    ),
  },
  counterColumn('triggered', 'Triggered', 80, 460, countsOf),
  counterColumn('success', 'Success', 76, 900, countsOf),
  counterColumn('failures', 'Failed', 66, 0, countsOf),
  counterColumn('aborted', 'Aborted', 74, 900, countsOf),
  {
    id: 'average',
    header: 'Average',
    width: 78,
    align: 'right',
    hideBelow: 820,
    sortValue: (r) => r.averageMs,
    cell: (r) => <span className={r.averageMs === null ? 'text-fg-3' : undefined}>{formatDuration(r.averageMs)}</span>,
  },
  {
    id: 'lag',
    header: 'Lag',
    width: 72,
    align: 'right',
    hideBelow: 740,
    sortValue: (r) => r.lagMs,
    cell: (r) => <span className={r.lagMs === null ? 'text-fg-3' : undefined}>{formatDuration(r.lagMs)}</span>,
  },
  {
    id: 'waiting',
    header: 'Waiting',
    width: 74,
    align: 'right',
    hideBelow: 1000,
    sortValue: (r) => totalWaiting(streamsFor(r))?.count ?? null,
    cell: (r) => <Waiting streams={streamsFor(r)} />,
  },
  {
    id: 'shards',
    header: 'Shards',
    width: 64,
    align: 'right',
    hideBelow: 680,
    sortValue: (r) => heardOn(r) - r.coverage.of,
    cell: (r) => <Shards registration={r} />,
  },
]

/** Shards that answer and know it. */
const heardOn = ({ coverage, missingOn }: Registration): number => coverage.answered - missingOn.length

const isPartial = ({ coverage: { answered, of } }: Registration): boolean => answered < of

/** How many shards know it and answer now. */
function Shards({ registration: r }: { readonly registration: Registration }) {
  const { answered, of } = r.coverage
  const heard = heardOn(r)
  if (heard === of)
    return (
      <span className="text-fg-2">
        {heard}/{of}
      </span>
    )
  const why = [
    answered < of && `${plural(of - answered, 'shard')} silent: counters from the last report`,
    r.missingOn.length > 0 && `missing on ${plural(r.missingOn.length, 'shard')}`,
  ]
    .filter((words) => words !== false)
    .join('; ')
  return (
    <Tooltip content={why}>
      <span className="font-semibold text-waiting">
        {heard}/{of}
        <span className="sr-only">, {why}</span>
      </span>
    </Tooltip>
  )
}

/** Entries that wait in its streams; `~` if not all streams were checked, or Redis reports no count. */
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
  return <TriangleAlert role="img" aria-label={`Hazard. ${first.words}`} className="shrink-0 text-waiting" />
}

function counterColumn(
  counter: keyof Counters,
  header: string,
  width: number,
  hideBelow: number,
  countsOf: CountsOf,
): TableColumn<Registration> {
  return {
    id: counter,
    header,
    width,
    align: 'right',
    hideBelow,
    sortValue: (r) => countsOf(r).gained?.[counter] ?? null,
    cell: (r) => {
      const counts = countsOf(r)
      if (counts.gained) return <Counter counter={counter} value={counts.gained[counter]} />
      return (
        <Tooltip content={`Unknown: ${counts.why}.`}>
          <span className="text-fg-3">–</span>
        </Tooltip>
      )
    },
  }
}

/** Zeros are dimmed, failures highlighted. */
export function Counter({ counter, value }: { readonly counter: keyof Counters; readonly value: number }) {
  const bad = value > 0 && counter === 'failures'
  return (
    <span className={cn(value === 0 && 'text-fg-3', bad && 'font-semibold text-failed')}>{formatCount(value)}</span>
  )
}

interface RateProps {
  readonly perSecond: number | null
  /** Some shard is silent: it may be more. */
  readonly partial?: boolean
}

/** Per minute from a rate per second; a dash until there were two polls. */
export function Rate({ perSecond, partial = false }: RateProps) {
  if (perSecond === null) return <span className="text-fg-3">–</span>
  const perMinute = perSecond * 60
  const shown = perMinute > 0 && perMinute < 10 ? perMinute.toFixed(1) : formatCount(Math.round(perMinute))
  return (
    <span className={perMinute === 0 ? 'text-fg-3' : undefined}>
      {partial && '≥ '}
      {shown}
    </span>
  )
}
