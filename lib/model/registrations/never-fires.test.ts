import { describe, expect, test } from 'vitest'
import { commandReader, keysReader, streamReader } from '../testing'
import { type FiringConditions, firingHazards, firingHazardsOf, unraisedEvents } from './never-fires'

const keys = (conditions: Partial<FiringConditions> = {}) =>
  firingHazards({ reader: 'KeysReader', prefix: 'user:*', ...conditions }).map(({ about, kind, meant }) => ({
    about,
    kind,
    ...(meant && { meant: meant.by }),
  }))

describe('a prefix', () => {
  test.each(['*', 'user:*', 'user', undefined])('%j has nothing against it', (prefix) => {
    expect(keys({ prefix })).toEqual([])
  })

  test.each([
    ['', '*'],
    ['user:', 'user:*'],
    ['a.b.', 'a.b.*'],
    ['user:*:x', 'user:*'],
    ['*user*', '*'],
    ['user:?', 'user:*'],
    ['[ab]*', '*'],
  ])('%j fires for much less than it looks like; %j was meant', (prefix, meant) => {
    expect(keys({ prefix })).toEqual([{ about: 'prefix', kind: 'narrow', meant }])
  })

  test('is refused by the server where it is empty and commands are hooked', () => {
    expect(keys({ prefix: '', commands: ['SET'] })).toEqual([{ about: 'prefix', kind: 'never', meant: '*' }])
    expect(keys({ prefix: '', commands: [] })).toMatchObject([{ kind: 'narrow' }])
  })

  test('of streams speaks of streams', () => {
    const [problem] = firingHazards({ reader: 'StreamReader', prefix: 'orders:?' })
    expect(problem?.words).toMatch(/only the stream named 'orders:\?'\. Streams that match it as a glob/)
  })
})

describe('events', () => {
  test.each([
    [['set'], []],
    [['SET', 'del'], []],
    [[], [{ about: 'eventTypes', kind: 'never' }]],
    [['nonsense'], [{ about: 'eventTypes', kind: 'never' }]],
    [['set', 'nonsense'], [{ about: 'eventTypes', kind: 'narrow' }]],
    [['get'], [{ about: 'eventTypes', kind: 'never' }]],
    [['unlink'], [{ about: 'eventTypes', kind: 'never', meant: 'del' }]],
  ])('%j: %o', (eventTypes, problems) => {
    expect(keys({ eventTypes })).toEqual(problems)
  })

  test('that this server never raises count only where no other one can come', () => {
    const unraised = [{ event: 'evicted', words: 'never raised', instead: 'x' }]
    expect(keys({ eventTypes: ['evicted'], unraised })).toEqual([{ about: 'eventTypes', kind: 'never' }])
    expect(keys({ eventTypes: ['evicted', 'expired'], unraised })).toEqual([])
    expect(keys({ eventTypes: ['expired'], unraised })).toEqual([])
  })

  test('that no shard raises are known where each answered and is one server', () => {
    const shard = { state: 'up', evicts: false, gearsVersion: '1.0.9' } as const
    const events = (...shards: Parameters<typeof unraisedEvents>[0]) => unraisedEvents(shards).map(({ event }) => event)
    expect(events(shard, shard)).toEqual(['evicted', 'keymiss'])
    expect(events(shard, { ...shard, evicts: true, gearsVersion: '1.2.13' })).toEqual([])
    expect(events(shard, { ...shard, evicts: null, gearsVersion: null })).toEqual([])
    expect(events(shard, { ...shard, state: 'silent' })).toEqual([])
    expect(events({ ...shard, servers: 2 })).toEqual([])
    expect(events()).toEqual([])
  })
})

describe('types of keys', () => {
  test.each([
    [['string'], ['set'], []],
    [['string'], null, []],
    [['hash'], ['set'], [{ about: 'keyTypes', kind: 'never' }]],
    [['hash'], ['set', 'hset'], [{ about: 'keyTypes', kind: 'narrow' }]],
    [['string'], ['del'], [{ about: 'keyTypes', kind: 'never' }]],
    [['string'], ['set', 'expired'], [{ about: 'keyTypes', kind: 'narrow' }]],
    [['empty', 'string'], ['del'], []],
    [[], null, [{ about: 'keyTypes', kind: 'never' }]],
  ])('%j with %j: %o', (keyTypes, eventTypes, problems) => {
    expect(keys({ keyTypes, eventTypes })).toEqual(problems)
  })
})

describe('hooked commands', () => {
  test.each([
    [['SET'], ['set'], []],
    [['set'], ['hset'], [{ about: 'commands', kind: 'never' }]],
    [['SET', 'HSET'], ['hset'], []],
    [[], ['hset'], []],
    [['SET'], null, []],
    [['MY.COMMAND'], ['hset'], []],
  ])('%j with %j: %o', (commands, eventTypes, problems) => {
    expect(keys({ commands, eventTypes })).toEqual(problems)
  })
})

test('of what is registered the arguments are taken as the server lists them', () => {
  const { args } = keysReader()
  const unraised = [{ event: 'keymiss', words: 'never seen', instead: 'x' }]
  const own = keysReader({ args: { ...args, prefix: 'user:', eventTypes: ['keymiss'] } })
  expect(firingHazardsOf(own, unraised).map(({ about, kind }) => [about, kind])).toEqual([
    ['prefix', 'narrow'],
    ['eventTypes', 'never'],
  ])
  expect(firingHazardsOf(streamReader({ args: { prefix: 's:' } }), unraised)).toMatchObject([{ about: 'prefix' }])
  expect(firingHazardsOf(commandReader(), unraised)).toEqual([])
})
