'use client'

import { useMemo } from 'react'
import { cn } from '@/components/ui/cn'
import { Tooltip } from '@/components/ui/tooltip'
import { useShards } from '@/lib/api/live'
import { bySlots, shardName } from '@/lib/model/cluster/shard-order'

export interface ShardMark {
  readonly key: string
  readonly name: string
  readonly address: string
  /** CSS colour, by slot order, the same everywhere. */
  readonly color: string
}

const OTHER = 'var(--shard-other)'
/** There are three hues; names distinguish the other shards. */
const colorAt = (at: number): string => (at < 3 ? `var(--shard-${at + 1})` : OTHER)

/** The shards in slot order with their names and colours. */
export function useShardMarks(): readonly ShardMark[] {
  const shards = useShards()
  return useMemo(
    () =>
      bySlots(shards ?? []).map(({ key, address }, at) => ({
        key,
        address,
        name: shardName(key, shards ?? []),
        color: colorAt(at),
      })),
    [shards],
  )
}

interface ShardNameProps {
  /** Its key. */
  readonly shard: string
  /** With its colour in front; for maps and charts' legends. */
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
        {swatch && (
          <span aria-hidden className="keeps-fill size-2 rounded-[2px]" style={{ background: mark?.color ?? OTHER }} />
        )}
        {name}
      </span>
    </Tooltip>
  )
}
