import type { ShardRef, SlotRange } from '@gearboard/gears/vocabulary/shard'
import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
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

/** How slots are divided: `1,365 to 1,366 slots each`, with the largest and the smallest share named where they differ by a tenth or more. */
export function shareInWords(shards: readonly Pick<ShardState, 'key' | 'slots'>[]): string {
  const shares = shards.map((shard) => ({ name: shardName(shard.key, shards), slots: slotCount(shard.slots) }))
  const [least, most] = [
    shares.toSorted((a, b) => a.slots - b.slots)[0],
    shares.toSorted((a, b) => b.slots - a.slots)[0],
  ]
  if (!least || !most) return 'no slots'
  if (least.slots === most.slots) return `${plural(most.slots, 'slot')}${shards.length > 1 ? ' each' : ''}`
  if (least.slots >= 0.9 * most.slots) return `${formatCount(least.slots)} to ${plural(most.slots, 'slot')} each`
  return `${least.name} has the fewest slots (${formatCount(least.slots)}), ${most.name} the most (${formatCount(most.slots)})`
}

/** `0–1,364, 5,461–5,470` */
export const rangesInWords = (slots: readonly SlotRange[]): string =>
  slots
    .map(([first, last]) => (first === last ? formatCount(first) : `${formatCount(first)}–${formatCount(last)}`))
    .join(', ')
