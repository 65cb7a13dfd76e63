'use client'

import type { ClusterInfo, ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { CircleCheck, CircleDashed, Network, TriangleAlert, Unplug } from 'lucide-react'
import { useMemo } from 'react'
import { Bytes, Duration } from '@/components/shared/text/figures'
import { Id } from '@/components/shared/text/id'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { ShardName } from '@/components/shared/text/shard-name'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { nodeAgreement, pendingFor, runIdOf } from '@/lib/model/cluster/cluster-view'
import { answersOtherwise, type ShardState } from '@/lib/model/cluster/shard'
import { slotCount } from '@/lib/model/cluster/shard-order'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

interface ShardTableProps {
  readonly shards: readonly ShardState[]
  readonly views: readonly ShardAnswer<ClusterInfo>[]
  readonly cluster: boolean
}

const UP: StateLook = { icon: CircleCheck, tone: 'ok', word: 'healthy' }
const SILENT: StateLook = { icon: Unplug, tone: 'failed', word: 'silent' }
const REFUSING: StateLook = { icon: Unplug, tone: 'failed', word: 'mute' }
const REPLICA: StateLook = { icon: TriangleAlert, tone: 'waiting', word: 'replica' }
const UNASKED: StateLook = { icon: CircleDashed, tone: 'unknown', word: 'not polled yet' }
const OLD: StateLook = { icon: TriangleAlert, tone: 'waiting', word: 'old map' }
const BLIND: StateLook = { icon: Network, tone: 'failed', word: 'not initialised' }

function lookOf(shard: ShardState, { shards, views, cluster }: ShardTableProps): StateLook {
  if (shard.state === 'silent') return answersOtherwise(shard) ? REFUSING : SILENT
  if (shard.state === 'unasked') return UNASKED
  const view = views.find((each) => each.shard.key === shard.key)
  if (!cluster || shards.length === 1 || !view) return UP
  const sights = shards.map((other) => nodeAgreement(view, other).kind)
  if (sights.includes('uninitialised')) return BLIND
  return sights.includes('old') || sights.includes('unseen') ? OLD : UP
}

/** A count that is highlighted where it differs from the other shards': they should agree. */
function Odd({ value, values }: { readonly value: number | null; readonly values: readonly (number | null)[] }) {
  const odd = value !== null && values.some((other) => other !== null && other > value)
  return <span className={cn(odd && 'font-semibold text-waiting')}>{formatCount(value)}</span>
}

/** How many ranges a cell shows; the tooltip lists the others. */
const RANGES_SHOWN = 3

function Slots({ slots }: Pick<ShardState, 'slots'>) {
  const ranges = slots.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`))
  const more = ranges.length - RANGES_SHOWN
  return (
    <span title={ranges.join(', ')}>
      {formatCount(slotCount(slots))}
      <span className="block whitespace-nowrap text-fg-3 text-small">
        {ranges.slice(0, RANGES_SHOWN).join(', ')}
        {more > 0 && ` and ${more} more`}
      </span>
    </span>
  )
}

/** Replicas are listed beside their master: nothing here acts on them. */
function Role({ shard: { role, replicas } }: { readonly shard: ShardState }) {
  return (
    <span>
      {role === 'replica' ? <StateWord look={REPLICA} /> : (role ?? 'unknown')}
      {replicas.map(({ address, state, lagS }) => (
        <span key={address} className="block whitespace-nowrap text-fg-3 text-small">
          replica <span className="font-mono">{address}</span>, {state}
          {lagS !== null && `, last update ${formatDuration(lagS * 1000)} ago`}
        </span>
      ))}
    </span>
  )
}

/** When it last answered, and how long that took. */
function Answered({ shard: { answeredAt, latencyMs, restart } }: { readonly shard: ShardState }) {
  return (
    <>
      <TimeAgo at={answeredAt} className="text-fg-2" />
      {latencyMs !== null && (
        <span className="block text-fg-3 text-small">
          in <Duration ms={latencyMs} />
        </span>
      )}
      {restart && (
        <span className="block text-small text-waiting">
          restarted <TimeAgo at={restart.at} />
        </span>
      )}
    </>
  )
}

/** What each shard reports of itself. */
export function ShardTable({ shards, views, cluster }: ShardTableProps) {
  const columns = useMemo((): readonly PlainColumn<ShardState>[] => {
    const registrations = shards.map((shard) => shard.registrations)
    const onlyInCluster: readonly PlainColumn<ShardState>[] = [
      {
        id: 'slots',
        header: 'Slots',
        align: 'right',
        className: 'whitespace-normal row-space',
        cell: (shard) => <Slots slots={shard.slots} />,
      },
      {
        id: 'run',
        header: 'Run id',
        cell: (shard) => {
          const id = runIdOf(shard.key, views)
          return id ? <Id id={id} className="text-fg-2" /> : '–'
        },
      },
      { id: 'pending', header: 'Pending', align: 'right', cell: (shard) => formatCount(pendingFor(shard.key, views)) },
    ]
    return [
      { id: 'shard', header: 'Shard', cell: (shard) => <ShardName shard={shard.key} swatch={cluster} /> },
      { id: 'state', header: 'State', cell: (shard) => <StateWord look={lookOf(shard, { shards, views, cluster })} /> },
      {
        id: 'address',
        header: 'Address',
        cell: (shard) => (
          <span className="font-mono text-fg-2 text-small">{visibleText(shard.address, NAME_CHARS)}</span>
        ),
      },
      { id: 'role', header: 'Role', cell: (shard) => <Role shard={shard} /> },
      ...(cluster ? onlyInCluster : []),
      { id: 'memory', header: 'Redis memory', align: 'right', cell: (shard) => <Bytes bytes={shard.usedMemory} /> },
      { id: 'executions', header: 'Executions', align: 'right', cell: (shard) => formatCount(shard.executions) },
      {
        id: 'registrations',
        header: 'Registrations',
        align: 'right',
        cell: (shard) => <Odd value={shard.registrations} values={registrations} />,
      },
      { id: 'gears', header: 'Gears', cell: (shard) => shard.gearsVersion ?? '–' },
      { id: 'redis', header: 'Redis', cell: (shard) => shard.redisVersion ?? '–' },
      {
        id: 'age',
        header: 'Answered',
        align: 'right',
        className: 'row-space',
        cell: (shard) => <Answered shard={shard} />,
      },
    ]
  }, [shards, views, cluster])
  // What is wrong comes first: among thirty shards it would be found last.
  const rows = useMemo(() => {
    const troubled = (shard: ShardState) => lookOf(shard, { shards, views, cluster }).tone !== 'ok'
    return [...shards.filter(troubled), ...shards.filter((shard) => !troubled(shard))]
  }, [shards, views, cluster])
  return (
    <Panel title={cluster ? 'Shards' : 'Server'} note={cluster ? 'as reported by each shard' : undefined}>
      <PlainTable label="Shards" rows={rows} columns={columns} rowKey={(shard) => shard.key} />
    </Panel>
  )
}
