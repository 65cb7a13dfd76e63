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
import { type NodeAgreement, nodeAgreement, type TopologyView, topologyViews } from '@/lib/model/cluster/cluster-view'
import type { ShardState } from '@/lib/model/cluster/shard'

const LABEL = 'Topology as seen by each shard'

interface TopologyTableProps {
  readonly shards: readonly ShardState[]
  readonly views: readonly ShardAnswer<ClusterInfo>[]
  /** When the views were read, ms. */
  readonly seenAt: number | null
}

/** With more shards than this a cell for each pair is unreadable. */
const MOST_IN_MATRIX = 4

/** Each shard's map, compared with what the owners hold. */
export function TopologyTable({ shards, views, seenAt }: TopologyTableProps) {
  return (
    <Panel title={LABEL} note="each row’s slot map, compared with the owner’s">
      {shards.length <= MOST_IN_MATRIX ? (
        <TopologyMatrix shards={shards} views={views} />
      ) : (
        <TopologyList shards={shards} views={views} />
      )}
      <p className="border-line border-t px-3 py-2 text-fg-3 text-small">
        Owners from the cluster's topology; maps from RG.INFOCLUSTER on every shard, <TimeAgo at={seenAt} />.
      </p>
    </Panel>
  )
}

function TopologyMatrix({ shards, views }: Pick<TopologyTableProps, 'shards' | 'views'>) {
  const columns = useMemo(
    (): readonly PlainColumn<ShardAnswer<ClusterInfo>>[] => [
      { id: 'by', header: 'Seen by', cell: ({ shard }) => <ShardName shard={shard.key} /> },
      ...shards.map(
        (other): PlainColumn<ShardAnswer<ClusterInfo>> => ({
          id: other.key,
          header: <ShardName shard={other.key} />,
          cell: (view) => <AgreementWord sight={nodeAgreement(view, other)} />,
        }),
      ),
    ],
    [shards],
  )
  return <PlainTable label={LABEL} rows={views} columns={columns} rowKey={({ shard }) => shard.key} />
}

/** Differences that a cell lists. */
const DIFFERENCES_SHOWN = 4

const LIST_COLUMNS: readonly PlainColumn<TopologyView>[] = [
  { id: 'by', header: 'Seen by', cell: ({ view }) => <ShardName shard={view.shard.key} /> },
  {
    id: 'agrees',
    header: 'Agrees with',
    cell: ({ agrees, of }) => (
      <StateWord look={{ icon: TriangleAlert, tone: 'waiting', word: `${agrees} of ${plural(of, 'other shard')}` }} />
    ),
  },
  {
    id: 'differs',
    header: 'Differs on',
    className: 'w-full whitespace-normal row-space',
    cell: ({ differs }) => (
      <span className="flex flex-wrap gap-x-4">
        {differs.slice(0, DIFFERENCES_SHOWN).map(({ key, agreement }) => (
          <span key={key} className="inline-flex items-baseline gap-1.5">
            <ShardName shard={key} /> <AgreementWord sight={agreement} />
          </span>
        ))}
        {differs.length > DIFFERENCES_SHOWN && (
          <span className="text-fg-3">and {plural(differs.length - DIFFERENCES_SHOWN, 'more shard')}</span>
        )}
      </span>
    ),
  },
]

/** A row for each shard whose map differs; those that agree are counted. */
function TopologyList({ shards, views }: Pick<TopologyTableProps, 'shards' | 'views'>) {
  const rows = useMemo(() => topologyViews(views, shards), [views, shards])
  const differing = rows.filter(({ differs }) => differs.length > 0)
  const agreeing = rows.length - differing.length
  return (
    <>
      {differing.length > 0 && (
        <PlainTable label={LABEL} rows={differing} columns={LIST_COLUMNS} rowKey={({ view }) => view.shard.key} />
      )}
      <p className="flex items-center gap-2 px-3 py-2">
        {differing.length === 0 && <CircleCheck aria-hidden className="text-ok" />}
        {plural(agreeing, differing.length === 0 ? 'shard' : 'other shard')} {agreeing === 1 ? 'agrees' : 'agree'} with
        every owner.
      </p>
    </>
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
