'use client'

import { SLOTS, slotOf } from '@gearboard/gears/vocabulary/slots'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useMemo, useState } from 'react'
import { StateWord } from '@/components/shared/text/outcome'
import { shardMarks } from '@/components/shared/text/shard-name'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import type { ShardState } from '@/lib/model/cluster/shard'
import { slotCount } from '@/lib/model/cluster/shard-order'
import { KeyLookup } from './key-lookup'
import { SlotBar } from './slot-bar'
import { SlotRing, type Stretch } from './slot-ring'

interface SlotMapProps {
  readonly shards: readonly ShardState[]
  /** It cannot be read again: what changed since is not known. */
  readonly old: boolean
}

/** Two greys in turn show where one stretch ends and the next begins. */
const GREYS = ['var(--shard-other)', 'color-mix(in srgb, var(--shard-other) 55%, var(--surface))'] as const

const greyAt = (at: number): string => GREYS[at % 2 === 0 ? 0 : 1]

/** Which master holds which of the 16,384 slots, and which slot a key has. */
export function SlotMap({ shards, old }: SlotMapProps) {
  const [key, setKey] = useState('')
  // By the shards shown: those of the live feed may arrive later, and a ring that appears then would move the page.
  const marks = useMemo(() => shardMarks(shards), [shards])
  const stretches = shards
    .flatMap((shard) => shard.slots.map((range) => ({ range, shard })))
    .toSorted((a, b) => a.range[0] - b.range[0])
    .map(({ range, shard }, at): Stretch => {
      const mark = marks.find((candidate) => candidate.key === shard.key)
      return { range, shard, name: mark?.name ?? shard.key, color: mark?.color ?? greyAt(at) }
    })
  // Without a colour for each shard a ring says less than the bar.
  const colored = marks.length > 0 && marks.every(({ color }) => color !== null)
  const uncovered = SLOTS - shards.reduce((total, shard) => total + slotCount(shard.slots), 0)
  const slot = key === '' ? undefined : slotOf(key)
  return (
    <Panel
      title="Slot map"
      note={`${formatCount(SLOTS)} slots, ${old ? 'from the last successful read' : 'as reported by each shard'}`}
      actions={
        old ? (
          <StateWord look={{ icon: TriangleAlert, tone: 'waiting', word: 'old' }} />
        ) : uncovered === 0 ? (
          <StateWord look={{ icon: CircleCheck, tone: 'ok', word: 'all covered' }} />
        ) : (
          <StateWord look={{ icon: TriangleAlert, tone: 'waiting', word: `${formatCount(uncovered)} not covered` }} />
        )
      }
      bodyClassName={cn('grid items-center gap-x-12 gap-y-4 px-4 pb-4', colored && 'md:grid-cols-[200px_1fr] md:px-8')}
    >
      {colored && <SlotRing stretches={stretches} slot={slot} shards={shards.length} />}
      <div className="flex min-w-0 flex-col gap-4">
        <SlotBar stretches={stretches} shards={shards} slot={slot} />
        <KeyLookup value={key} onChange={setKey} shards={shards} />
      </div>
    </Panel>
  )
}
