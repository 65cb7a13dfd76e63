import type { CommandReaderArgs, KeysReaderArgs, StreamReaderArgs } from '@gearboard/gears/vocabulary/registration'
import { expect, it } from 'vitest'
import { commandReader, keysReader, shardState, streamReader } from '../testing'
import { hazardsOf } from './hazards'
import type { Registration } from './registration'

const named = (name: string) => ({ key: `key ${name}`, id: name, name, coverage: { answered: 3, of: 3 } })

const stream = (name: string, args: Partial<StreamReaderArgs>) =>
  streamReader({ ...named(name), args: { prefix: name, ...args } })
const keys = (name: string, args: Partial<KeysReaderArgs>, mode: Registration['mode'] = 'async') =>
  keysReader({ ...named(name), description: 'index', mode, args })
const command = (name: string, args: CommandReaderArgs) => commandReader({ ...named(name), args })

const told = (...registrations: readonly Registration[]) =>
  hazardsOf(registrations).map(({ kind, registration }) => `${registration}: ${kind}`)

it('readers of one stream compete, also where only their prefixes meet', () => {
  expect(told(stream('a', { prefix: 'orders' }), stream('b', { prefix: 'orders' }))).toEqual([
    'key a: competing-readers',
    'key b: competing-readers',
  ])
  expect(told(stream('a', { prefix: 'orders:*' }), stream('b', { prefix: 'orders:eu' }))).toHaveLength(2)
  expect(told(stream('a', { prefix: 'orders*' }), stream('b', { prefix: 'orders:eu*' }))).toHaveLength(2)
  expect(told(stream('a', { prefix: 'orders' }), stream('b', { prefix: 'orders:eu' }))).toEqual([])
  expect(told(stream('a', { prefix: 'orders:*' }), stream('b', { prefix: 'orders' }))).toEqual([])
  const [hazard] = hazardsOf([stream('a', { prefix: 's' }), stream('b', { prefix: 's' })])
  expect(hazard?.others).toEqual([{ key: 'key b', name: 'b' }])
})

it('a batch that waits for ever, one that is huge, and a stream that nobody trims', () => {
  expect(told(stream('a', { batchSize: 100 }))).toEqual(['key a: waits-for-full-batch'])
  expect(told(stream('a', { batchSize: 100, durationMs: 1000 }))).toEqual([])
  expect(told(stream('a', { batchSize: 100, durationMs: 120_000 }))).toEqual(['key a: waits-for-full-batch'])
  expect(told(stream('a', { batchSize: 20_000, durationMs: 1000 }))).toEqual(['key a: huge-batch'])
  expect(told(stream('a', { trimStream: false }))).toEqual(['key a: never-trimmed'])
  // 1.0 does not tell.
  expect(told(stream('a', { trimStream: null }))).toEqual([])
})

it('the same trigger, and the same function twice', () => {
  expect(told(command('a', { trigger: 't', inOrder: null }), command('b', { trigger: 't', inOrder: null }))).toEqual([
    'key a: same-trigger',
    'key b: same-trigger',
  ])
  expect(told(keys('a', { prefix: 'user:*' }), keys('b', { prefix: 'user:*' }))).toEqual([
    'key a: registered-twice',
    'key b: registered-twice',
  ])
  expect(told(keys('a', { prefix: 'user:*' }), keys('b', { prefix: 'cart:*' }))).toEqual([])
})

it('a sync function on every key, and a shard that lacks it', () => {
  expect(told(keys('a', {}, 'sync'))).toEqual(['key a: every-key-sync'])
  expect(told(keys('a', { prefix: 'user:*' }, 'sync'))).toEqual([])
  expect(told({ ...keys('a', { prefix: 'user:*' }), missingOn: ['c'] })).toEqual(['key a: missing'])
})

it('shards that list something else under its id', () => {
  const r = keys('a', { prefix: 'user:*' })
  const on = (...shards: readonly string[]) =>
    shards.map((shard) => ({ shard, what: 'charge (command charge, async)' }))
  expect(told({ ...r, differsOn: on('b57e') })).toEqual(['key a: differs'])
  expect(told({ ...r, differsOn: [] })).toEqual([])
  const [hazard] = hazardsOf([{ ...r, differsOn: on('b57e', '9c20') }])
  expect(hazard?.words).toMatch(
    /charge \(command charge, async\) on b57e and charge \(command charge, async\) on 9c20, index \(on user:\*, async\) on the others/,
  )
})

it('the source tells what the arguments do not', () => {
  const finding = { registration: 'a', severity: 'warning', line: 3, message: 'SET writes under user:*' } as const
  const r = keys('a', { prefix: 'user:*' })
  expect(hazardsOf([r], [{ ...finding, rule: 'writes-own-prefix', hazard: 'own-prefix' }])).toEqual([
    { kind: 'own-prefix', registration: 'key a', words: 'SET writes under user:* (line 3 of its script).', others: [] },
  ])
  expect(hazardsOf([r], [{ ...finding, rule: 'hook-calls-itself', severity: 'crash', hazard: 'crash' }])[0]?.kind).toBe(
    'crash',
  )
  // Of a script that is a matter of style, and of registrations that are no more, nothing is said.
  expect(hazardsOf([r], [{ ...finding, rule: 'top-level-work', hazard: null }])).toEqual([])
  expect(
    hazardsOf([r], [{ ...finding, registration: 'gone', rule: 'writes-own-prefix', hazard: 'own-prefix' }]),
  ).toEqual([])
})

it('what can never fire, or for one key alone, says so', () => {
  const words = (r: Registration) =>
    hazardsOf([r]).flatMap((hazard) => (hazard.kind === 'never-fires' ? [hazard.words] : []))
  expect(words(keys('a', { prefix: 'user:*:name' }))).toEqual([
    "The prefix 'user:*:name' is not a pattern: it matches only the key named 'user:*:name'. Only a * at the end is a wildcard. Write 'user:*' and test the rest in a filter.",
  ])
  expect(words(stream('a', { prefix: 'o?rders*', durationMs: 1 }))[0]).toMatch(
    /Streams that match it as a glob when it is registered are read once, and never again/,
  )
  expect(words(keys('a', { prefix: 'user:' }))[0]).toMatch(/matches only the key named 'user:'/)
  expect(words(keys('a', { prefix: '' }))[0]).toMatch(/only the key with an empty name/)
  expect(words(stream('a', { prefix: '', durationMs: 1 }))[0]).toMatch(/only the stream with an empty name/)
  expect(words(keys('a', { prefix: '', hookCommands: [] }))[0]).toMatch(/only the key with an empty name/)
  expect(words(keys('a', { eventTypes: ['hmset', 'SETEX'] }))).toHaveLength(2)
  expect(words(keys('a', { eventTypes: ['expired', 'del'], keyTypes: ['string'] }))[0]).toMatch(
    /the key no longer has a type at expired and del/,
  )
  expect(words(keys('a', { eventTypes: ['lpush'], keyTypes: ['hash', 'zset'] }))[0]).toMatch(
    /lpush comes from keys of another type/,
  )
  expect(words(keys('a', { hookCommands: ['hget', 'get'], eventTypes: ['hset'] }))[0]).toMatch(
    /HGET and GET raise no hset/,
  )
  for (const fine of [
    {},
    { eventTypes: ['SET', 'expired'] },
    { eventTypes: ['hdel'], keyTypes: ['hash'] },
    { prefix: 'a:b' },
  ])
    expect(words(keys('a', { prefix: 'x*', ...fine }))).toEqual([])
})

it('an event that no shard raises never fires, as far as every shard tells', () => {
  const told = (eventTypes: readonly string[] | null, ...shards: readonly (boolean | null | 'silent')[]) =>
    hazardsOf(
      [keys('a', { prefix: 'x*', eventTypes })],
      [],
      shards.map((evicts, i) =>
        evicts === 'silent' ? shardState(`${i}`, { state: 'silent', evicts: false }) : shardState(`${i}`, { evicts }),
      ),
    ).flatMap((hazard) => (hazard.kind === 'never-fires' ? [hazard.words] : []))
  expect(told(['evicted'], false)).toEqual([
    'No shard evicts keys now (maxmemory is 0, or maxmemory-policy is noeviction), so evicted is never raised. Set maxmemory and another policy to evict keys. Keys that expire raise expired.',
  ])
  expect(told(['EVICTED'], false, false, false)).toHaveLength(1)
  expect(told(['evicted', 'setex'], false)).toHaveLength(2)
  // One that evicts is enough; one that did not tell leaves it open; and beside other events it is a precaution.
  expect(told(['evicted'], false, true)).toEqual([])
  expect(told(['evicted'], false, null)).toEqual([])
  expect(told(['evicted'], false, 'silent')).toEqual([])
  expect(told(['evicted'])).toEqual([])
  expect(told(['evicted', 'del'], false)).toEqual([])
  expect(told(null, false)).toEqual([])
  const onVersion = (gearsVersion: string | null) =>
    hazardsOf([keys('a', { prefix: 'x*', eventTypes: ['KeyMiss'] })], [], [shardState('b', { gearsVersion })])
  expect(onVersion('1.0.9')).toMatchObject([
    { kind: 'never-fires', words: expect.stringMatching(/^RedisGears 1.0 does/) },
  ])
  expect([...onVersion('1.2.13'), ...onVersion(null)]).toEqual([])
  const several = shardState('b', { evicts: false, servers: 3 })
  expect(hazardsOf([keys('a', { prefix: 'x*', eventTypes: ['evicted'] })], [], [several])).toEqual([])
})
