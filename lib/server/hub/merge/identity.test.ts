import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, test } from 'vitest'
import { counters } from '@/lib/model/testing'
import { executionIdentity, issuerOf, registrationIdentity } from './identity'

const RUN = 'a1b2c3d4e5f6'.padEnd(40, '0')
type Changes = Partial<Pick<ShardRegistration, 'description' | 'mode' | 'privateData' | 'counters' | 'lastError'>>
const keys = (prefix: string, changes: Changes = {}): ShardRegistration => ({
  id: `${'0'.repeat(40)}-1`,
  reader: 'KeysReader',
  description: null,
  mode: 'async',
  counters: counters(0),
  durations: null,
  lastError: null,
  privateData: null,
  threadPool: null,
  args: { prefix, eventTypes: null, keyTypes: null, hookCommands: null },
  ...changes,
})

describe('of a registration', () => {
  const own = registrationIdentity(RUN, [keys('user:*')])

  test('does not move with what it counts, nor with how many shards list it', () => {
    const busy = keys('user:*', { counters: counters(9, 1), lastError: 'boom' })
    expect(registrationIdentity(RUN, [busy])).toBe(own)
    expect(registrationIdentity(RUN, [keys('user:*'), busy, keys('user:*')])).toBe(own)
  })

  test.each([
    ['another prefix', keys('user:')],
    ['a prefix that looks the same', keys('us\u0435r:*')],
    ['another case', keys('User:*')],
    ['another description', keys('user:*', { description: 'mine' })],
    ['another mode', keys('user:*', { mode: 'sync' })],
    [
      'another session',
      keys('user:*', { privateData: { raw: '', session: 's', sessionDescription: null, requirements: [] } }),
    ],
  ])('%s is another', (_, registration) => {
    expect(registrationIdentity(RUN, [registration])).not.toBe(own)
  })

  test('the same in another life of the server, as 1.0 tells it without a session, is another', () => {
    expect(registrationIdentity('f'.repeat(40), [keys('user:*')])).not.toBe(own)
  })

  test('shards that disagree on what it is make one of its own, in whatever order they are asked', () => {
    const both = [keys('user:*'), keys('order:*')]
    expect(registrationIdentity(RUN, both)).not.toBe(own)
    expect(registrationIdentity(RUN, both.toReversed())).toBe(registrationIdentity(RUN, both))
  })
})

test('an execution is known by the life of its server, or by when we met it', () => {
  expect(executionIdentity(RUN, 5)).toBe('a1b2c3d4e5f6')
  expect(executionIdentity(null, 5)).not.toBe(executionIdentity(null, 6))
})

test('the shard that handed out an id is the one that it names, while that is a master', () => {
  const [a, b] = ['a'.repeat(40), 'b'.repeat(40)]
  expect(issuerOf(`${b}-3`, [a, b], [a])).toBe(b)
  expect(issuerOf(`${b}-3`, [a], [a])).toBe(a)
  expect(issuerOf(`${'0'.repeat(40)}-3`, [a, b], [b])).toBe(b)
})
