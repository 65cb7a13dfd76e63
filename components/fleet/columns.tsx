import { formatCount } from '@gearboard/gears/vocabulary/text'
import Link from 'next/link'
import { ColourMark } from '@/components/shared/text/colour-mark'
import { CONNECTION_LOOK } from '@/components/shared/text/connection-look'
import { Bytes } from '@/components/shared/text/figures'
import { StateWord } from '@/components/shared/text/outcome'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { Sparkline, unknownShares } from '@/components/ui/sparkline'
import { Tooltip } from '@/components/ui/tooltip'
import type { TableColumn } from '@/components/ui/virtual-table/types'
import type { FleetRow } from '@/lib/model/fleet/fleet'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'

export const overviewPath = (name: string): string => `/${encodeURIComponent(name)}/overview`

/** The columns of the list of connections. `place`: where a row is by its trouble. */
export const fleetColumns = (place: (row: FleetRow) => number): readonly TableColumn<FleetRow>[] => [
  {
    id: 'state',
    header: 'State',
    width: 128,
    sortValue: place,
    cell: ({ status }) => <StateWord look={CONNECTION_LOOK[status]} />,
  },
  {
    id: 'name',
    header: 'Connection',
    width: 'minmax(160px, 1.4fr)',
    sortValue: ({ label, name }) => label ?? name,
    cell: (row) => <Name row={row} />,
  },
  {
    id: 'labels',
    header: 'Labels',
    width: 'minmax(100px, 0.5fr)',
    hideBelow: 1230,
    cell: ({ labels }) => (
      <span className="min-w-0 truncate text-fg-2 text-small" title={labels.join(', ')}>
        {labels.join(', ')}
      </span>
    ),
  },
  {
    id: 'shards',
    header: 'Shards up',
    width: 84,
    align: 'right',
    hideBelow: 480,
    sortValue: ({ coverage: { answered, of } }) => (of === 0 ? null : answered / of),
    cell: ({ coverage: { answered, of } }) =>
      of === 0 ? '–' : <span className={cn(answered < of && 'text-failed')}>{`${answered} of ${of}`}</span>,
  },
  {
    id: 'failing',
    header: 'Failing',
    width: 68,
    align: 'right',
    sortValue: ({ failing }) => failing,
    cell: ({ failing, registrations }) => (
      <span
        title={registrations === null ? undefined : `of ${formatCount(registrations)} registrations`}
        className={cn(failing !== null && failing > 0 && 'font-semibold text-failed')}
      >
        {formatCount(failing)}
      </span>
    ),
  },
  {
    id: 'running',
    header: 'Running',
    width: 76,
    align: 'right',
    hideBelow: 560,
    sortValue: ({ running }) => running,
    cell: ({ running }) => formatCount(running),
  },
  {
    id: 'failures',
    header: 'Failures/min',
    width: 132,
    align: 'right',
    hideBelow: 920,
    sortValue: ({ failures }) => failures.perMinute,
    cell: ({ failures }) => <PerMinute trend={failures} className="text-failed" />,
  },
  {
    id: 'triggers',
    header: 'Triggers/min',
    width: 132,
    align: 'right',
    hideBelow: 920,
    sortValue: ({ triggers }) => triggers.perMinute,
    cell: ({ triggers }) => <PerMinute trend={triggers} className="text-fg-2" />,
  },
  {
    id: 'memory',
    header: 'Python memory',
    width: 116,
    align: 'right',
    hideBelow: 1032,
    sortValue: ({ memory }) => memory,
    cell: ({ memory }) => <Bytes bytes={memory} />,
  },
  {
    id: 'version',
    header: 'RedisGears',
    width: 92,
    hideBelow: 1126,
    sortValue: ({ gearsVersion }) => gearsVersion,
    cell: ({ gearsVersion }) => <span className="text-fg-2">{visibleText(gearsVersion ?? '–', NAME_CHARS)}</span>,
  },
  {
    id: 'oldest',
    header: 'Oldest data',
    width: 96,
    align: 'right',
    hideBelow: 656,
    sortValue: ({ oldestAt }) => oldestAt,
    cell: ({ oldestAt, status }) => (
      <TimeAgo at={oldestAt} className={status === 'live' ? 'text-fg-2' : 'text-waiting'} />
    ),
  },
]

function Name({
  row: { name, label, note, colour, embedded, production, readOnlyReason },
}: {
  readonly row: FleetRow
}) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <ColourMark colour={colour} />
      <Tooltip content={note && <span className="whitespace-pre-wrap">{visibleText(note)}</span>}>
        <Link
          href={overviewPath(name)}
          title={note ? undefined : name}
          prefetch={false}
          // The row itself is reached by the arrows and opened by Enter.
          tabIndex={-1}
          className="min-w-0 truncate font-semibold hover:underline"
        >
          <bdi>{visibleText(label ?? name, NAME_CHARS)}</bdi>
        </Link>
      </Tooltip>
      {label !== undefined && label !== name && (
        <span className="hidden truncate text-fg-3 text-small min-[1600px]:inline">{name}</span>
      )}
      {embedded && <span className="shrink-0 text-fg-3 text-small max-md:hidden">embedded</span>}
      {production && (
        <Badge tone="failed" className="shrink-0">
          <span className="max-[1599px]:hidden">production</span>
          <span className="min-[1600px]:hidden">prod</span>
        </Badge>
      )}
      {readOnlyReason !== null && (
        <Badge className="shrink-0 max-[1439px]:hidden">
          <span title={readOnlyReason}>read-only</span>
        </Badge>
      )}
    </span>
  )
}

/** The figure of the last minute, and the last quarter of an hour as bars. */
function PerMinute({ trend, className }: { readonly trend: FleetRow['failures']; readonly className: string }) {
  const { minutes, perMinute } = trend
  return (
    <span className="flex w-full items-center justify-end gap-2">
      <span className="w-16 shrink-0">
        <Sparkline
          kind="bars"
          partial
          values={minutes}
          gaps={unknownShares(minutes, 'not watched')}
          className={className}
        />
      </span>
      <span className="min-w-8 text-right">{perMinute === null ? '–' : formatCount(Math.round(perMinute))}</span>
    </span>
  )
}
