import { GearsError, type ShardReply } from '@gearboard/gears'
import { describe, expect, test } from 'vitest'
import { doneEverywhere, eachOf, partial } from './partial'

const shard = (key: string) => ({ key, address: `127.0.0.1:${key}` })
const did = (key: string): ShardReply<string> => ({ shard: shard(key), value: 'OK' })
const failed = (key: string): ShardReply<string> => ({
  shard: shard(key),
  error: new GearsError('unreachable', `${key} is gone`),
})

describe('what every shard was asked to do', () => {
  test('is done where each of them did it', () => {
    expect(doneEverywhere('Dropped', [did('a'), did('b')])).toEqual({ shards: ['a', 'b'] })
  })

  test.each([
    { answers: [did('a'), failed('b')], words: 'Dropped on 1 of 2 shards.', at: ['b'] },
    { answers: [failed('a'), did('b'), failed('c')], words: 'Dropped on 1 of 3 shards.', at: ['a', 'c'] },
    { answers: [did('a'), did('b'), failed('c'), did('d')], words: 'Dropped on 3 of 4 shards.', at: ['c'] },
  ])('counts those that did it, of all, and says why the others did not: $words', ({ answers, words, at }) => {
    expect(() => doneEverywhere('Dropped', answers)).toThrow(
      expect.objectContaining({
        code: 'partial',
        message: words,
        details: at.map((key) => ({ at: key, message: `${key} is gone` })),
      }),
    )
  })

  test('fails with the first reason where none of them did it', () => {
    expect(() => doneEverywhere('Dropped', [failed('a'), failed('b')])).toThrow('a is gone')
  })
})

test('what else is said follows the count, and the reason is given for each shard', () => {
  const silent = eachOf(['b', 'c'], 'did not answer')
  expect(partial('Cleared', { taken: 1, of: 3 }, silent, ' Ask again later.')).toMatchObject({
    code: 'partial',
    message: 'Cleared on 1 of 3 shards. Ask again later.',
    details: [
      { at: 'b', message: 'did not answer' },
      { at: 'c', message: 'did not answer' },
    ],
  })
  expect(partial('Cleared', { taken: 0, of: 1 }, []).message).toBe('Cleared on 0 of 1 shard.')
})
