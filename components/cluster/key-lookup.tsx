'use client'

import { hashTag, slotOf } from '@gearboard/gears/vocabulary/slots'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { ChevronRight, Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { ShardName } from '@/components/shared/text/shard-name'
import { CopyButton } from '@/components/ui/copy-button'
import { Input } from '@/components/ui/input'
import type { ShardState } from '@/lib/model/cluster/shard'
import { shardOfSlot } from '@/lib/model/cluster/shard-order'

interface KeyLookupProps {
  readonly value: string
  readonly onChange: (key: string) => void
  readonly shards: readonly ShardState[]
}

/** Key → hash tag → slot → shard, computed as Redis Cluster does. */
export function KeyLookup({ value, onChange, shards }: KeyLookupProps) {
  const slot = slotOf(value)
  const shard = shardOfSlot(slot, shards)
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-2 border-line border-t pt-4">
      <Input
        mono
        icon={Search}
        aria-label="Key"
        placeholder="Find a key’s shard"
        maxLength={4096}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="w-60 max-md:w-full"
      />
      {value !== '' && (
        <output className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
          <Step name="hash tag">
            <span className="font-mono text-small [overflow-wrap:anywhere]">{hashTag(value)}</span>
          </Step>
          <Step name="slot">
            <span className="font-semibold">{formatCount(slot)}</span>
          </Step>
          <Step name="shard">{shard ? <ShardName shard={shard.key} swatch /> : 'no shard that answers'}</Step>
          <span className="ml-auto">
            <CopyButton text={String(slot)} label="Copy slot" size="row" />
          </span>
        </output>
      )}
    </div>
  )
}

function Step({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <ChevronRight aria-hidden className="text-fg-3" />
      <span className="text-fg-3">{name}</span>
      {children}
    </span>
  )
}
