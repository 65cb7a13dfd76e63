'use client'

import { SLOTS, slotOf } from '@gearboard/gears/vocabulary/slots'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { StateWord } from '@/components/shared/text/outcome'
import { useShardMarks } from '@/components/shared/text/shard-name'
import { Panel } from '@/components/ui/panel'
import type { ShardState } from '@/lib/model/cluster/shard'
import { slotCount } from '@/lib/model/cluster/shard-order'
import { KeyLookup } from './key-lookup'
import { SlotRing, type Stretch } from './slot-ring'

interface SlotMapProps {
  readonly shards: readonly ShardState[]
  /** It cannot be read again: what changed since is not known. */
  readonly old: boolean
}

/** Which master holds which of the 16,384 slots, and which slot a key has. */
export function SlotMap({ shards, old }: SlotMapProps) {
  const [key, setKey] = useState('')
  const marks = useShardMarks()
  const stretches = shards.flatMap((shard) => {
    const mark = marks.find((candidate) => candidate.key === shard.key)
    return shard.slots.map(
      (range): Stretch => ({
        range,
        shard: shard.key,
        name: mark?.name ?? shard.key,
        color: mark?.color ?? 'var(--shard-other)',
      }),
    )
  })
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
      bodyClassName="grid items-center gap-x-12 gap-y-4 px-4 pb-4 md:grid-cols-[200px_1fr] md:px-8"
    >
      <SlotRing stretches={stretches} slot={slot} shards={shards.length} />
      <div className="flex min-w-0 flex-col gap-5">
        <SlotBar stretches={stretches} slot={slot} />
        <KeyLookup value={key} onChange={setKey} shards={shards} />
      </div>
    </Panel>
  )
}

const percent = (slot: number): string => `${(100 * slot) / SLOTS}%`

/** Too narrow for its name. */
const NAMED_FROM = 0.06

interface SlotBarProps {
  readonly stretches: readonly Stretch[]
  readonly slot: number | undefined
}

function SlotBar({ stretches, slot }: SlotBarProps) {
  return (
    <div>
      <div className="relative h-5">
        {stretches.map(({ range: [first, last], shard, name }) =>
          (last - first) / SLOTS < NAMED_FROM ? null : (
            <p
              key={`${shard}-${first}`}
              className="absolute truncate text-axis"
              style={{ left: percent(first), width: percent(last - first) }}
            >
              <span className="font-mono text-small">{name}</span>{' '}
              <span className="ml-1 text-fg-3 max-md:hidden">
                {formatCount(first)} – {formatCount(last)}
              </span>
            </p>
          ),
        )}
      </div>
      <div
        role="img"
        aria-label={stretches.map(({ range: [first, last], name }) => `${name} holds ${first} to ${last}`).join('; ')}
        className="hatch relative mt-1 h-6 rounded-[2px]"
      >
        {stretches.map(({ range: [first, last], shard, color }) => (
          <div
            key={`${shard}-${first}`}
            className="keeps-fill absolute inset-y-0 rounded-[2px] border-surface border-r"
            style={{ left: percent(first), width: percent(last - first + 1), background: color }}
          />
        ))}
        {slot !== undefined && (
          <div
            aria-hidden
            className="absolute -inset-y-1 w-0.5 -translate-x-1/2 bg-fg keeps-fill"
            style={{ left: percent(slot) }}
          >
            <span className="absolute top-1/2 left-1/2 size-2.5 -translate-1/2 rounded-full border-2 border-fg bg-surface" />
          </div>
        )}
      </div>
      <div aria-hidden className="mt-2 flex justify-between border-line-strong border-t pt-1 text-axis text-fg-3">
        {[0, 0.25, 0.5, 0.75].map((part) => (
          <span key={part}>{formatCount(part * SLOTS)}</span>
        ))}
        <span>{formatCount(SLOTS - 1)}</span>
      </div>
    </div>
  )
}
