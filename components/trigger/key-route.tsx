'use client'

import { hashTag, slotOf } from '@gearboard/gears/vocabulary/slots'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import { ShardName } from '@/components/shared/text/shard-name'
import { useConnectionState, useShards } from '@/lib/api/live'

/** The destination of RG.TRIGGERONKEY: the key's slot and the shard that owns it, as of the last reply. */
export function KeyRoute({ slotKey }: { readonly slotKey: string }) {
  const shards = useShards()
  const cluster = useConnectionState()?.capability?.cluster
  if (slotKey === '') return <>Optional. Given, RG.TRIGGERONKEY sends it to the shard that holds the key.</>
  const slot = slotOf(slotKey)
  const owner = shards?.find((shard) => shard.slots.some(([first, last]) => first <= slot && slot <= last))
  const tag = hashTag(slotKey)
  const only = cluster === false ? shards?.[0] : undefined
  const target = owner ?? only
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-1.5">
      <span>
        Slot <span className="font-mono text-fg-2">{formatCount(slot)}</span>
        {tag !== slotKey && (
          <>
            {' '}
            from <span className="font-mono text-fg-2">{tag}</span>
          </>
        )}
      </span>
      {target ? (
        <span className="inline-flex items-baseline gap-1.5">
          on <ShardName shard={target.key} swatch className="text-fg-2" />
          {only && '(one server, no cluster)'}
          {target.state === 'silent' && <span className="text-waiting">does not answer now</span>}
        </span>
      ) : (
        <span>no shard is known to own it</span>
      )}
    </span>
  )
}
