import type { SlotRange } from '@gearboard/gears/vocabulary/shard'
import { expect, test } from 'vitest'
import { bySlots, rangesInWords, shardName, shardOfSlot, shareInWords, slotCount } from './shard-order'

const shard = (key: string, ...slots: SlotRange[]) => ({ key, slots })

test('shards stand in slot order, those without slots last', () => {
  const order = bySlots([shard('z'), shard('b', [5461, 10_922]), shard('a', [10_923, 16_383]), shard('c', [0, 5460])])
  expect(order.map((s) => s.key)).toEqual(['c', 'b', 'a', 'z'])
})

test('names are as short as they can be and still tell shards apart', () => {
  const all = [{ key: '15f4aaaa00' }, { key: '15f4bbbb00' }, { key: 'b57e000000' }]
  expect(shardName('b57e000000', all)).toBe('b57e')
  expect(shardName('15f4aaaa00', all)).toBe('15f4aa')
  expect(shardName('standalone', [{ key: 'standalone' }])).toBe('standalone')
})

test('a slot belongs to the shard whose range holds it, ends included', () => {
  const shards = [shard('a', [0, 99], [200, 299]), shard('b', [100, 199])]
  expect(shardOfSlot(0, shards)?.key).toBe('a')
  expect(shardOfSlot(199, shards)?.key).toBe('b')
  expect(shardOfSlot(299, shards)?.key).toBe('a')
  expect(shardOfSlot(300, shards)).toBeUndefined()
  expect(
    slotCount([
      [0, 99],
      [200, 299],
    ]),
  ).toBe(200)
})

test.each([
  [[shard('a', [0, 16_383])], '16,384 slots'],
  [[shard('a', [0, 99]), shard('b', [100, 199])], '100 slots each'],
  [[shard('a', [0, 1364]), shard('b', [1365, 2730])], '1,365 to 1,366 slots each'],
  [[shard('a', [0, 9]), shard('b', [10, 99])], 'a has the fewest slots (10), b the most (90)'],
  [[shard('a', [0, 99]), shard('b')], 'b has the fewest slots (0), a the most (100)'],
  [[], 'no slots'],
])('how slots are divided: %#', (shards, words) => expect(shareInWords(shards)).toBe(words))

test('ranges in words', () => {
  expect(
    rangesInWords([
      [0, 1364],
      [5461, 5461],
    ]),
  ).toBe('0–1,364, 5,461')
})
