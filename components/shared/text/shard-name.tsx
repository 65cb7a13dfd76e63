'use client'

import { useMemo } from 'react'
import { cn } from '@/components/ui/cn'
import { Tooltip } from '@/components/ui/tooltip'
import { useShards } from '@/lib/api/live'
import type { ShardState } from '@/lib/model/cluster/shard'
import { bySlots, shardName } from '@/lib/model/cluster/shard-order'

export interface ShardMark {
  readonly key: string
  readonly name: string
  readonly address: string
  /** CSS colour, by slot order, the same everywhere. Null where there are more shards than hues: none has one, and names distinguish them. */
  readonly color: string | null
}

const HUES = 3
const colorAt = (at: number, of: number): string | null => (of <= HUES ? `var(--shard-${at + 1})` : null)

/** Names and colours of `shards`, in slot order. */
export const shardMarks = (shards: readonly Pick<ShardState, 'key' | 'address' | 'slots'>[]): readonly ShardMark[] =>
  bySlots(shards).map(({ key, address }, at) => ({
    key,
    address,
    name: shardName(key, shards),
    color: colorAt(at, shards.length),
  }))

/** As `shardMarks`, of the shards of the live feed. */
export function useShardMarks(): readonly ShardMark[] {
  const shards = useShards()
  return useMemo(() => shardMarks(shards ?? []), [shards])
}

interface ShardNameProps {
  /** Its key. */
  readonly shard: string
  /** With its colour in front, where it has one; for maps and charts' legends. */
  readonly swatch?: boolean
  readonly className?: string
}

/** A shard's short id, its address on hover. */
export function ShardName({ shard, swatch = false, className }: ShardNameProps) {
  const marks = useShardMarks()
  const mark = marks.find((candidate) => candidate.key === shard)
  const name = mark?.name ?? shardName(shard, [{ key: shard }])
  return (
    <Tooltip content={mark ? `${mark.key === mark.name ? '' : `${mark.key} · `}${mark.address}` : shard}>
      <span className={cn('inline-flex items-center gap-1.5 align-middle font-mono text-small', className)}>
        {swatch && mark?.color && (
          <span aria-hidden className="keeps-fill size-2 rounded-[2px]" style={{ background: mark.color }} />
        )}
        {name}
      </span>
    </Tooltip>
  )
}
