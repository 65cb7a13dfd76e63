import type { Counters, ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, it } from 'vitest'
import { type FiredRegistration, firedBetween, firedInWords, hasFired, reaches, wordsProblem } from './injection'

const keys = (
  prefix: string,
  counters: Partial<Counters> = {},
  more: { readonly id?: string; readonly lastError?: string } = {},
): ShardRegistration => ({
  id: 'r-1',
  description: null,
  mode: 'async',
  counters: { triggered: 0, success: 0, failures: 0, aborted: 0, ...counters },
  durations: null,
  lastError: null,
  privateData: null,
  threadPool: null,
  reader: 'KeysReader',
  args: { prefix, eventTypes: null, keyTypes: null, hookCommands: null },
  ...more,
})

const on = (shard: string, ...value: readonly ShardRegistration[]) => ({ shard: { key: shard, address: shard }, value })
const silent = (shard: string) => ({
  shard: { key: shard, address: shard },
  error: { code: 'timeout', message: 'no answer' } as const,
})

describe('firedBetween', () => {
  it('adds what the counters grew by on every shard, and keeps the error of the shard where it failed', () => {
    const before = [
      on('a', keys('t*', { triggered: 5, success: 5 })),
      on('b', keys('t*', { triggered: 1, success: 1 })),
    ]
    const after = [
      on('a', keys('t*', { triggered: 7, success: 6 })),
      on('b', keys('t*', { triggered: 2, success: 1, failures: 1 }, { lastError: 'boom' })),
    ]
    expect(firedBetween(before, after, 'test', 'string')).toMatchObject([
      { grew: { triggered: 3, success: 1, failures: 1, aborted: 0 }, pending: 1, error: 'boom', reaches: 'yes' },
    ])
  })
  it('lists what the key reaches though it did not fire, and what fired though the key does not reach it', () => {
    const still = [on('a', keys('t*'), keys('other*', {}, { id: 'r-2' }))]
    expect(firedBetween(still, still, 'test', 'string').map(({ id }) => id)).toEqual(['r-1'])
    const after = [on('a', keys('t*'), keys('other*', { triggered: 1 }, { id: 'r-2' }))]
    expect(firedBetween(still, after, 'test', 'string')).toMatchObject([{ id: 'r-1' }, { id: 'r-2', reaches: 'no' }])
  })
  it('counts no shard that did not tell before or after', () => {
    const grown = on('a', keys('t*', { triggered: 1 }))
    expect(firedBetween([silent('a')], [grown], 'test', 'string')).toEqual([])
    expect(firedBetween([on('a', keys('t*'))], [silent('a')], 'test', 'string')).toEqual([])
  })
  it('takes counters that went back as they stand', () => {
    const before = [on('a', keys('t*', { triggered: 9, success: 9 }))]
    const after = [on('a', keys('t*', { triggered: 1, success: 1 }))]
    expect(firedBetween(before, after, 'test', 'string')).toMatchObject([{ grew: { triggered: 1, success: 1 } }])
  })
})

it('blames the event only for what it can have fired', () => {
  const still = [on('a', keys('t*'), keys('other*', {}, { id: 'r-2' }))]
  const after = [on('a', keys('t*', { triggered: 1 }), keys('other*', { triggered: 9 }, { id: 'r-2' }))]
  expect(firedBetween(still, after, 'test', 'string').map(hasFired)).toEqual([true, false])
})

describe('reaches', () => {
  const args = { prefix: 'user:*', eventTypes: null, keyTypes: null, hookCommands: null }
  it('goes by the prefix, then by events, commands and types as the module does', () => {
    expect(reaches({ reader: 'KeysReader', args }, 'user:1', 'hash')).toBe('yes')
    expect(reaches({ reader: 'KeysReader', args }, 'users', 'hash')).toBe('no')
    expect(reaches({ reader: 'KeysReader', args: { ...args, prefix: 'user:' } }, 'user:1', 'hash')).toBe('no')
    const only = (
      filter: Partial<typeof args | { eventTypes: string[]; keyTypes: string[]; hookCommands: string[] }>,
    ) => reaches({ reader: 'KeysReader', args: { ...args, ...filter } }, 'user:1', 'hash')
    expect(only({ eventTypes: ['del'] })).toBe('other_events')
    expect(only({ eventTypes: ['HSET', 'del'] })).toBe('yes')
    expect(only({ hookCommands: ['set'] })).toBe('other_events')
    expect(only({ keyTypes: ['string'] })).toBe('other_types')
    expect(only({ keyTypes: ['hash'] })).toBe('yes')
    expect(reaches({ reader: 'KeysReader', args: { ...args, keyTypes: ['string'] } }, 'user:1', 'del')).toBe('perhaps')
  })
  it('fires streams by XADD alone, and hooks by their command', () => {
    const stream = {
      reader: 'StreamReader' as const,
      args: { prefix: 's*', batchSize: 1, durationMs: 0, trimStream: null, onFailedPolicy: null, retryIntervalS: null },
    }
    expect(reaches(stream, 's1', 'stream')).toBe('yes')
    expect(reaches(stream, 's1', 'string')).toBe('no')
    const hook = { reader: 'CommandReader' as const, args: { trigger: 'hset', inOrder: null } }
    expect(reaches(hook, 'x', 'hash')).toBe('perhaps')
    expect(reaches(hook, 'x', 'string')).toBe('no')
  })
})

describe('wordsProblem', () => {
  it.each([
    ['string', ['a'], undefined],
    ['string', ['a', 'b'], 'quote it'],
    ['hash', ['a', 'b'], undefined],
    ['hash', ['a'], 'pairs'],
    ['stream', [], 'XADD needs a value'],
    ['list', ['a', 'b', 'c'], undefined],
    ['del', [], undefined],
    ['del', ['a'], 'DEL takes only the key'],
  ] as const)('%s of %j', (type, words, reason) => {
    const problem = wordsProblem(type, words)
    if (reason === undefined) expect(problem).toBeUndefined()
    else expect(problem).toContain(reason)
  })
})

describe('what the audit log says of an event', () => {
  const one = (triggered: number, reaches: FiredRegistration['reaches']): FiredRegistration => ({
    id: `${triggered} ${reaches}`,
    name: 'f',
    reader: 'KeysReader',
    grew: { triggered, success: triggered, failures: 0, aborted: 0 },
    pending: 0,
    reaches,
    error: null,
  })
  it.each([
    [[one(1, 'yes')], '1 registration fired within 1.2 s'],
    [[one(2, 'yes'), one(1, 'perhaps')], '2 registrations fired within 1.2 s'],
    // As in the report: other traffic moved these.
    [[one(3, 'no')], '0 registrations fired within 1.2 s; 1 other fired for other reasons'],
    [
      [one(0, 'yes'), one(4, 'other_events'), one(1, 'yes')],
      '1 registration fired within 1.2 s; 1 other fired for other reasons',
    ],
    [[], '0 registrations fired within 1.2 s'],
  ])('%#: %s', (registrations, words) => {
    expect(firedInWords({ registrations, watchedMs: 1204 })).toBe(words)
  })
})
