import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import { describe, expect, test } from 'vitest'
import { commandReader, keysReader } from '../testing'
import { lostReason, reachesOf, reachOf, standing } from './reach'

const ID = `${NO_SHARD}-1`
const on = (shard: string, name: string) =>
  commandReader({ id: ID, key: `${ID}@${shard}`, identity: `${shard}-1`, name })
const A = on('aaaa', 'greet')
const B = on('bbbb', 'charge')
const WHOLE = keysReader({ id: 'cccc-7', key: 'cccc-7', name: 'ship' })
const ALL = [A, B, WHOLE]
const shards = (a: string | null, b: string | null) => [
  { key: 'aaaa', gearsId: a },
  { key: 'bbbb', gearsId: b },
]

describe('what a command hits', () => {
  test.each([
    ['alone, each shard keeps it to itself', shards(NO_SHARD, NO_SHARD), [A]],
    ['both, where both know their cluster', shards('aaaa', 'bbbb'), [A, B]],
    [
      'the other, too, that does not know its cluster yet: it hears of it as soon as it does',
      shards('aaaa', NO_SHARD),
      [A, B],
    ],
    ['itself, where only the other passes on', shards(NO_SHARD, 'bbbb'), [A]],
    ['both, where nobody tells', shards(null, null), [A, B]],
  ])('%s', (_, known, hit) => {
    expect(reachOf(A, ALL, known)).toEqual(hit)
  })

  test('one that the whole cluster knows shares nothing', () => {
    expect(reachOf(WHOLE, ALL, shards('aaaa', 'bbbb'))).toEqual([WHOLE])
  })

  test('one command for all that share an id, whichever were chosen', () => {
    expect(reachesOf([B, A, WHOLE], ALL, shards('aaaa', 'bbbb'))).toEqual([[B, A], [WHOLE]])
    expect(reachesOf([B, A], ALL, shards(NO_SHARD, NO_SHARD))).toEqual([[B], [A]])
  })
})

describe('what was decided on, and what is there now', () => {
  const words = { noun: 'registration', nameOf: ({ name }: typeof A) => name, blocked: () => undefined }

  test('the same may be acted on', () => {
    expect(lostReason(A, { ...A, lastSeen: 9 }, words)).toBeUndefined()
  })

  test('gone, another, and no longer fitting are told apart', () => {
    expect(lostReason(A, undefined, words)).toBe('greet is gone.')
    expect(lostReason(A, { ...A, identity: 'zzzz-1', name: 'charge' }, words)).toMatch(
      /^The id of greet now belongs to another registration: charge/,
    )
    expect(lostReason(A, A, { ...words, blocked: () => 'It is already paused.' })).toBe('It is already paused.')
  })

  test('what shares an id stands or falls together', () => {
    const { items, lost } = standing(
      [[A, B], [on('dddd', 'ship')]],
      (key) => (key === B.key ? undefined : on('dddd', 'ship')),
      {
        ...words,
        blocked: () => undefined,
      },
    )
    expect(items).toEqual([[on('dddd', 'ship')]])
    expect(lost).toHaveLength(2)
  })
})
