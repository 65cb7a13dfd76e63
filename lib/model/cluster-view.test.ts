import { describe, expect, test } from 'vitest'
import { diagnoseCluster, pendingFor, refreshBlocked, sightOf } from './cluster-view'
import type { ClusterInfo, ClusterNode, ShardAnswer, ShardState, SlotRange } from './shard'

const A = '15f4'.padEnd(40, '0')
const B = 'b57e'.padEnd(40, '0')
const C = '9c20'.padEnd(40, '0')

const shard = (key: string, slots: readonly SlotRange[], change: Partial<ShardState> = {}): ShardState => ({
  key,
  address: `${key}:6379`,
  gearsId: key,
  slots,
  state: 'up',
  answeredAt: 0,
  latencyMs: 1,
  gearsVersion: '1.2.13',
  redisVersion: '7.2.5',
  executions: 0,
  registrations: 0,
  usedMemory: 0,
  role: 'master',
  replicas: [],
  ...change,
})

const node = (id: string, minSlot: number, maxSlot: number, pendingMessages: number | null = 0): ClusterNode => ({
  id,
  ip: '10.0.0.1',
  port: 6379,
  unixSocket: null,
  runId: null,
  minSlot,
  maxSlot,
  pendingMessages,
})

const view = (key: string, value: ClusterInfo): ShardAnswer<ClusterInfo> => ({ shard: { key, address: '' }, value })
const NODES = [node(A, 0, 5460), node(B, 5461, 10_922), node(C, 10_923, 16_383)]
const sees = (key: string, nodes: readonly ClusterNode[] = NODES): ShardAnswer<ClusterInfo> =>
  view(key, { mode: 'cluster', myId: key, myRunId: null, nodes })
const blind = (key: string) => view(key, { mode: 'none' })

const SHARDS = [shard(A, [[0, 5460]]), shard(B, [[5461, 10_922]]), shard(C, [[10_923, 16_383]])]
const diagnose = (change: Partial<Parameters<typeof diagnoseCluster>[0]> = {}) =>
  diagnoseCluster({ cluster: true, shards: SHARDS, views: [sees(A), sees(B), sees(C)], ...change })

describe('who sees whom', () => {
  test('a first range within what the other holds agrees', () => {
    expect(
      sightOf(
        sees(A),
        shard(B, [
          [5461, 6000],
          [6001, 10_922],
        ]),
      ),
    ).toEqual({ kind: 'agrees' })
    expect(
      sightOf(
        sees(A),
        shard(B, [
          [5461, 10_922],
          [16_000, 16_383],
        ]),
      ),
    ).toEqual({ kind: 'agrees' })
  })

  test('slots that moved away are counted', () => {
    expect(sightOf(sees(A), shard(B, [[5461 + 341, 10_922]]))).toEqual({ kind: 'old', slots: 341 })
  })

  test('itself, unseen, blind and silent are told apart', () => {
    const [a] = SHARDS
    if (!a) throw new Error('no shard')
    expect(sightOf(sees(A), a).kind).toBe('itself')
    expect(sightOf(sees(B, []), a).kind).toBe('unseen')
    expect(sightOf(blind(B), a).kind).toBe('uninitialised')
    const error = { code: 'timeout', message: 'no answer' } as const
    expect(sightOf({ shard: { key: B, address: '' }, error }, a).kind).toBe('silent')
  })

  test('pending messages add up over the others', () => {
    const views = [sees(A, [node(B, 0, 0, 3)]), sees(C, [node(B, 0, 0, 4)]), sees(B, [node(B, 0, 0, 100)])]
    expect(pendingFor(B, views)).toBe(7)
    expect(pendingFor(A, [blind(B)])).toBeNull()
  })
})

describe('diagnosis', () => {
  test('all well', () => {
    expect(diagnose()).toMatchObject({ tone: 'ok', headline: 'All 3 shards answer and agree on the slot map.' })
  })

  test('a standalone server is no fault', () => {
    expect(diagnose({ cluster: false, shards: [shard('standalone', [])], views: [blind('standalone')] })).toMatchObject(
      {
        tone: 'ok',
        headline: 'This is one server, no cluster.',
      },
    )
  })

  test('“no cluster mode” on a real cluster', () => {
    const { headline, remedy } = diagnose({ views: [blind(A), blind(B), blind(C)] })
    expect(headline).toBe('RedisGears is not initialised on any of the 3 shards.')
    expect(remedy?.title).toContain('no cluster mode')
    expect(diagnose({ views: [sees(A), blind(B), sees(C)] }).headline).toBe('RedisGears is not initialised on b57e.')
  })

  test('one shard with slots says it too, rightly', () => {
    expect(diagnose({ shards: [shard(A, [[0, 16_383]])], views: [blind(A)] }).tone).toBe('ok')
  })

  test('an old map names its holder', () => {
    const views = [sees(A), sees(B, [node(A, 0, 5801), node(C, 10_923, 16_383)]), sees(C)]
    expect(diagnose({ views }).headline).toBe('All 3 shards answer, but b57e holds an old slot map.')
  })

  test('silence comes first', () => {
    const shards = SHARDS.map((each) => (each.key === B ? { ...each, state: 'silent' as const } : each))
    expect(diagnose({ shards }).headline).toBe('Shard b57e does not answer.')
  })

  test('slots that nobody holds', () => {
    const shards = [shard(A, [[0, 5460]]), shard(B, [[5461, 10_922]]), shard(C, [[10_923, 16_382]])]
    const views = [A, B, C].map((key) => sees(key, [node(A, 0, 5460), node(B, 5461, 10_922), node(C, 10_923, 16_382)]))
    expect(diagnose({ shards, views }).headline).toBe('1 slot is held by no shard that Gearboard sees.')
  })
})

test('a refresh that would crash a server is blocked', () => {
  const versions = (redisVersion: string | null, gearsVersion: string | null) =>
    refreshBlocked({ cluster: true, shards: [shard(A, [], { redisVersion, gearsVersion })] })
  expect(versions('7.0.1', '1.2.5')).toContain('would crash Redis 7.0.1')
  expect(versions('7.0.1', '1.0.9')).toContain('would crash')
  expect(versions('6.2.7', '1.2.5')).toBeUndefined()
  expect(versions('7.2.5', '1.2.6')).toBeUndefined()
  expect(versions('7.2.5', '1.2.13')).toBeUndefined()
  expect(versions('7.2.5', null)).toBeUndefined()
  expect(refreshBlocked({ cluster: false, shards: SHARDS })).toContain('no cluster')
})
