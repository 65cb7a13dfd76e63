import { ZERO_COUNTERS } from '@gearboard/gears/vocabulary/registration'
import { expect, it } from 'vitest'
import { keysReader } from '../testing'
import type { Registration } from './registration'
import { limitsOf, retentionOf } from './retention-pressure'

const rate = (triggered: number) => ({ ...ZERO_COUNTERS, triggered })

const keys = (name: string, perSecond: readonly (number | null)[], mode: Registration['mode'] = 'async_local') =>
  keysReader({
    key: name,
    id: name,
    name,
    mode,
    rates: perSecond.includes(null) ? null : rate(perSecond.reduce<number>((sum, each) => sum + (each ?? 0), 0)),
    coverage: { answered: perSecond.length, of: perSecond.length },
    perShard: perSecond.map((each, i) => ({
      shard: `s${i}`,
      counters: ZERO_COUNTERS,
      rates: each === null ? null : rate(each),
      durations: null,
      lag: null,
      status: null,
      lastError: null,
      errorIsPast: false,
      health: 'ok',
    })),
  })

const limits = { executions: 1000, perRegistration: 100 }

it('is the shortest of the shards and of the two limits', () => {
  expect(retentionOf([keys('a', [2, 0.5])], limits).get('a')).toEqual({
    ms: 50_000,
    by: 'MaxExecutionsPerRegistration',
    limit: 100,
  })
  // Many small ones fill the list of all together.
  const many = Array.from({ length: 20 }, (_, i) => keys(`r${i}`, [1]))
  expect(retentionOf(many, limits).get('r0')).toEqual({ ms: 50_000, by: 'MaxExecutions', limit: 1000 })
})

it('an async execution stands on every shard', () => {
  const registrations = [keys('a', [0, 49.9], 'async'), keys('b', [0.1, 0])]
  expect(retentionOf(registrations, limits).get('b')).toEqual({ ms: 20_000, by: 'MaxExecutions', limit: 1000 })
})

it('tells nothing where nothing is pushed out, or nobody knows', () => {
  const all = { executions: Number.POSITIVE_INFINITY, perRegistration: Number.POSITIVE_INFINITY }
  expect(retentionOf([keys('a', [5])], all).size).toBe(0)
  expect(retentionOf([keys('a', [5])], { executions: null, perRegistration: null }).size).toBe(0)
  expect(retentionOf([keys('a', [0])], limits).size).toBe(0)
  expect(retentionOf([keys('a', [null])], limits).size).toBe(0)
  expect(
    retentionOf([{ ...keys('a', [5]), reader: 'CommandReader', args: { trigger: 't', inOrder: null } }], limits).size,
  ).toBe(0)
})

it('the limits are the smallest that a shard told; 0 is none', () => {
  const shard = (key: string, max: number, per: number) => ({
    shard: { key, address: key },
    value: [
      { key: 'MaxExecutions', value: max },
      { key: 'MaxExecutionsPerRegistration', value: per },
    ],
  })
  expect(limitsOf([shard('a', 1000, 0), shard('b', 10, 0)])).toEqual({
    executions: 10,
    perRegistration: Number.POSITIVE_INFINITY,
  })
  expect(limitsOf([])).toEqual({ executions: null, perRegistration: null })
})
