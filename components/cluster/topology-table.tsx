'use client'

import type { ClusterInfo, ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { plural } from '@gearboard/gears/vocabulary/text'
import { CircleCheck, CircleQuestionMark, TriangleAlert, Unplug } from 'lucide-react'
import { useMemo } from 'react'
import { StateWord } from '@/components/shared/text/outcome'
import { ShardName } from '@/components/shared/text/shard-name'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { Panel } from '@/components/ui/panel'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { type NodeAgreement, nodeAgreement } from '@/lib/model/cluster/cluster-view'
import type { ShardState } from '@/lib/model/cluster/shard'

type TopologyView = ShardAnswer<ClusterInfo>

interface TopologyTableProps {
  readonly shards: readonly ShardState[]
  readonly views: readonly TopologyView[]
  /** When the views were read, ms. */
  readonly seenAt: number | null
}

/** Each row's map, compared with what the owner holds. */
export function TopologyTable({ shards, views, seenAt }: TopologyTableProps) {
  const columns = useMemo(
    (): readonly PlainColumn<TopologyView>[] => [
      { id: 'by', header: 'Seen by', cell: ({ shard }) => <ShardName shard={shard.key} /> },
      ...shards.map(
        (other): PlainColumn<TopologyView> => ({
          id: other.key,
          header: <ShardName shard={other.key} />,
          cell: (view) => <AgreementWord sight={nodeAgreement(view, other)} />,
        }),
      ),
    ],
    [shards],
  )
  return (
    <Panel title="Topology as seen by each shard" note="each row’s slot map, compared with the owner’s">
      <PlainTable
        label="Topology as seen by each shard"
        rows={views}
        columns={columns}
        rowKey={({ shard }) => shard.key}
      />
      <p className="border-line border-t px-3 py-2 text-fg-3 text-small">
        Owners from the cluster's topology; maps from RG.INFOCLUSTER on every shard, <TimeAgo at={seenAt} />.
      </p>
    </Panel>
  )
}

function AgreementWord({ sight }: { readonly sight: NodeAgreement }) {
  switch (sight.kind) {
    case 'itself':
      return <span className="text-fg-3">itself</span>
    case 'agrees':
      return <StateWord look={{ icon: CircleCheck, tone: 'ok', word: 'agrees' }} />
    case 'old':
      return (
        <StateWord look={{ icon: TriangleAlert, tone: 'waiting', word: `${plural(sight.slots, 'slot')} outdated` }} />
      )
    case 'unseen':
      return <StateWord look={{ icon: TriangleAlert, tone: 'waiting', word: 'does not know it' }} />
    case 'uninitialised':
      return <StateWord look={{ icon: CircleQuestionMark, tone: 'unknown', word: 'no cluster mode' }} />
    case 'silent':
      return <StateWord look={{ icon: Unplug, tone: 'unknown', word: 'no answer' }} />
  }
}
