import type { ShardRef, SlotRange } from '@gearboard/gears/vocabulary/shard'
import type { ShardState } from './shard'

/** By the first slot they hold, then by key: the order that colours and tables share. Shards without slots come last. */
export function bySlots<S extends Pick<ShardState, 'key' | 'slots'>>(shards: readonly S[]): readonly S[] {
  const first = (shard: S) => shard.slots[0]?.[0] ?? Number.POSITIVE_INFINITY
  return shards.toSorted((a, b) => {
    const [x, y] = [first(a), first(b)]
    return x === y ? (a.key < b.key ? -1 : 1) : x - y
  })
}

/** `15f4`: the start of its key, long enough to tell it from the others; `standalone` stays a word. */
export function shardName(key: string, all: readonly Pick<ShardRef, 'key'>[]): string {
  if (!/^[0-9a-f]{8,}$/i.test(key)) return key
  for (let length = 4; length < key.length; length += 2) {
    const start = key.slice(0, length)
    if (!all.some((other) => other.key !== key && other.key.startsWith(start))) return start
  }
  return key
}

/** How many slots the ranges hold. */
export const slotCount = (slots: readonly SlotRange[]): number =>
  slots.reduce((sum, [first, last]) => sum + last - first + 1, 0)

/** The shard that holds the slot; undefined where none of those known does. */
export const shardOfSlot = <S extends Pick<ShardState, 'slots'>>(slot: number, shards: readonly S[]): S | undefined =>
  shards.find((shard) => shard.slots.some(([first, last]) => first <= slot && slot <= last))
