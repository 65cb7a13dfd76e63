'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { ResultValue } from '@/components/shared/text/result-value'
import { ShardName } from '@/components/shared/text/shard-name'
import { useNow } from '@/components/shared/time/clock'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { firingHazardsOf } from '@/lib/model/registrations/never-fires'
import type { Registration } from '@/lib/model/registrations/registration'
import {
  drainInWords,
  type PoisonEntry,
  type RegistrationStreams,
  type StreamState,
  streamFindings,
} from '@/lib/model/registrations/stream-state'
import { formatDuration } from '@/lib/model/text/format'

const REFRESH_MS = 4000

/** The streams that a registration reads: what waits there, whether it drains, and which entries stay pending. */
export function StreamsPanel({ registration }: { readonly registration: Registration }) {
  const connection = useConnectionName()
  const { data, error } = useQuery({
    ...endpointQuery('streams', { connection, registration: registration.key }),
    refetchInterval: REFRESH_MS,
  })
  const [own] = data?.registrations ?? []
  return (
    <Panel title="Streams" note={own && boundsInWords(own)} bodyClassName="border-line border-t">
      {own ? (
        <Streams registration={registration} own={own} />
      ) : error ? (
        <EmptyState title="Cannot read its streams">{describeError(error)}</EmptyState>
      ) : (
        <Skeleton className="m-3 h-8" />
      )}
    </Panel>
  )
}

/** What the figures do not cover. */
function boundsInWords({ streams, found, searched, silent }: RegistrationStreams): string {
  const watched = Math.max(0, ...streams.map(({ watchedMs }) => watchedMs))
  return [
    streams.length < found ? `${streams.length} of ${formatCount(found)} found` : plural(found, 'stream'),
    !searched && 'still searching the key space',
    silent.length > 0 && `${plural(silent.length, 'shard')} silent`,
    watched > 0 && `trend over the last ${formatDuration(watched)}`,
  ]
    .filter((words) => words !== false)
    .join('; ')
}

function Streams({ registration, own }: { readonly registration: Registration; readonly own: RegistrationStreams }) {
  const findings = streamFindings(registration, own, useNow(5000))
  const firing = firingHazardsOf(registration, [])
  const poisoned = own.streams.filter(({ poison }) => poison.length > 0)
  if (own.streams.length === 0) {
    return (
      <EmptyState title="No matching stream">
        {firing.map(({ words, instead }) => `${words}. ${instead} `)}
        {own.searched
          ? 'A stream whose entries were all processed and trimmed remains as an empty key. This one was never written, or was deleted.'
          : 'None found yet.'}
      </EmptyState>
    )
  }
  return (
    <>
      {firing.length > 0 && (
        <ul className="border-line border-b px-3 py-2 text-waiting">
          {firing.map(({ words, instead }) => (
            <li key={words}>
              {words}. {instead}
            </li>
          ))}
        </ul>
      )}
      {findings.length > 0 && (
        <ul className="flex flex-col gap-1 border-line border-b px-3 py-2">
          {findings.map(({ kind, words }) => (
            <li key={kind} className={kind === 'unbounded' ? 'text-fg-2' : 'text-failed'}>
              {words}
            </li>
          ))}
        </ul>
      )}
      <PlainTable label="Streams" rows={own.streams} columns={COLUMNS} rowKey={rowKey} />
      {poisoned.map((stream) => (
        <Poison key={rowKey(stream)} stream={stream} />
      ))}
    </>
  )
}

const rowKey = ({ shard, key }: StreamState): string => `${shard} ${JSON.stringify(key)}`

const COLUMNS: readonly PlainColumn<StreamState>[] = [
  {
    id: 'key',
    header: 'Stream',
    cell: ({ key }) => <ResultValue value={key} className="min-w-28 max-w-80 whitespace-normal" />,
  },
  { id: 'shard', header: 'Shard', cell: ({ shard }) => <ShardName shard={shard} swatch /> },
  { id: 'length', header: 'Length', align: 'right', cell: ({ length }) => formatCount(length) },
  {
    id: 'backlog',
    header: 'Waiting',
    align: 'right',
    cell: ({ backlog: { count, atMost } }) => `${atMost && count > 0 ? '≤ ' : ''}${formatCount(count)}`,
  },
  { id: 'pending', header: 'Pending', align: 'right', cell: ({ pending }) => formatCount(pending) },
  { id: 'oldest', header: 'Oldest entry', align: 'right', cell: ({ oldestAt }) => <TimeAgo at={oldestAt} /> },
  { id: 'trend', header: 'Per min', align: 'right', cell: ({ growthPerS }) => trendInWords(growthPerS) },
  { id: 'drain', header: 'Drain time', align: 'right', cell: drainInWords },
]

function trendInWords(perS: number | null): string {
  if (perS === null) return '–'
  const perMinute = Math.round(60 * perS)
  return perMinute > 0 ? `+${formatCount(perMinute)}` : perMinute < 0 ? `−${formatCount(-perMinute)}` : '0'
}

function Poison({ stream }: { readonly stream: StreamState }) {
  return (
    <section aria-label="Unfinished entries" className="border-line border-t px-3 py-2">
      <p className="text-fg-2 text-small">
        Read from <ResultValue value={stream.key} className="inline" /> but never acknowledged:
      </p>
      <ul className="mt-1 flex flex-col gap-2">
        {stream.poison.map((entry) => (
          <li key={entry.id} className="flex flex-col gap-0.5">
            <span className="text-small">
              <span className="font-mono font-semibold">{entry.id}</span> delivered {plural(entry.deliveries, 'time')},
              last {formatDuration(entry.idleMs)} ago
            </span>
            <Fields entry={entry} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Fields({ entry: { fields } }: { readonly entry: PoisonEntry }) {
  if (fields === undefined) return null
  if (fields === null) return <p className="text-fg-3 text-small">No fields: the entry was deleted or trimmed.</p>
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 pl-3">
      {fields.map(([name, value], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: field names may come twice in an entry, which itself never changes
        <div key={at} className="contents">
          <dt className="text-fg-3">
            <ResultValue value={name} />
          </dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            <ResultValue value={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
