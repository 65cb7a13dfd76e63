'use client'

import type { PythonStats } from '@gearboard/gears/vocabulary/environment'
import { Bytes } from '@/components/shared/text/figures'
import { ShardName, useShardMarks } from '@/components/shared/text/shard-name'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { useShards } from '@/lib/api/live'
import type { ShardState } from '@/lib/model/cluster/shard'
import type { MemoryNow } from '@/lib/model/record/sample-view'

interface ShardMemoryRow {
  readonly key: string
  readonly shard: ShardState | null
  /** Null where it does not answer. The sum has no peak: peaks are of different moments. */
  readonly stats: { readonly [K in keyof PythonStats]: PythonStats[K] | null } | null
}

const SUM = 'sum'

const columns: readonly PlainColumn<ShardMemoryRow>[] = [
  {
    id: 'shard',
    header: 'Shard',
    cell: ({ key, shard }) => (shard ? <ShardName shard={key} swatch /> : <span className="font-semibold">All</span>),
  },
  {
    id: 'address',
    header: 'Address',
    cell: ({ shard }) => <span className="font-mono text-fg-2 text-small">{shard?.address}</span>,
  },
  { id: 'current', header: 'Allocated', align: 'right', cell: ({ stats }) => <Bytes bytes={stats?.current ?? null} /> },
  {
    id: 'peak',
    header: 'Peak',
    align: 'right',
    cell: ({ stats }) => <Bytes bytes={stats?.peak ?? null} />,
  },
  {
    id: 'total',
    header: 'Total allocated',
    align: 'right',
    cell: ({ stats }) => <Bytes bytes={stats?.total ?? null} />,
  },
  {
    id: 'redis',
    header: 'Redis memory',
    align: 'right',
    cell: ({ shard }) => <Bytes bytes={shard?.usedMemory ?? null} />,
  },
  {
    id: 'age',
    header: 'Last answer',
    align: 'right',
    cell: ({ shard }) => shard && <TimeAgo at={shard.answeredAt} className="text-fg-2" />,
  },
]

/** Each shard's figures, and their sum where every shard answers. */
export function ShardMemoryTable({ now }: { readonly now: MemoryNow | undefined }) {
  const shards = useShards()
  const marks = useShardMarks()
  if (!shards || !now) return <Skeleton className="h-32" />
  const rows = marks.map(
    ({ key }): ShardMemoryRow => ({
      key,
      shard: shards.find((shard) => shard.key === key) ?? null,
      stats: now.uncounted ? null : (now.perShard[key] ?? null),
    }),
  )
  const sum: ShardMemoryRow = {
    key: SUM,
    shard: null,
    stats: now.uncounted ? null : { current: now.current, total: now.total, peak: null },
  }
  return (
    <Panel title="Per shard" note="each shard measures its own Python">
      <PlainTable
        label="Memory per shard"
        rows={rows.length > 1 ? [...rows, sum] : rows}
        columns={columns}
        rowKey={({ key }) => key}
      />
    </Panel>
  )
}
