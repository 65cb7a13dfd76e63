import type { ClusterInfo, ClusterNode, ShardAnswer, SlotRange } from '@gearboard/gears/vocabulary/shard'
import { describe, expect, test } from 'vitest'
import { clusterNode, shardState } from '../testing'
import { nodeAgreement, pendingFor, refreshBlocked, topologyViews } from './cluster-view'
import type { ShardState } from './shard'

const A = '15f4'.padEnd(40, '0')
const B = 'b57e'.padEnd(40, '0')
const C = '9c20'.padEnd(40, '0')

const shard = (key: string, slots: readonly SlotRange[], changes: Partial<ShardState> = {}) =>
  shardState(key, { slots, ...changes })

const node = (id: string, minSlot: number, maxSlot: number, pendingMessages: number | null = 0) =>
  clusterNode(id, minSlot, maxSlot, { pendingMessages })

const view = (key: string, value: ClusterInfo): ShardAnswer<ClusterInfo> => ({ shard: { key, address: '' }, value })
const NODES = [node(A, 0, 5460), node(B, 5461, 10_922), node(C, 10_923, 16_383)]
const sees = (key: string, nodes: readonly ClusterNode[] = NODES): ShardAnswer<ClusterInfo> =>
  view(key, { mode: 'cluster', myId: key, myRunId: null, nodes })
const blind = (key: string) => view(key, { mode: 'none' })

const SHARDS = [shard(A, [[0, 5460]]), shard(B, [[5461, 10_922]]), shard(C, [[10_923, 16_383]])]

describe('who sees whom', () => {
  test('a first range within what the other holds agrees', () => {
    expect(
      nodeAgreement(
        sees(A),
        shard(B, [
          [5461, 6000],
          [6001, 10_922],
        ]),
      ),
    ).toEqual({ kind: 'agrees' })
    expect(
      nodeAgreement(
        sees(A),
        shard(B, [
          [5461, 10_922],
          [16_000, 16_383],
        ]),
      ),
    ).toEqual({ kind: 'agrees' })
  })

  test('slots that moved away are counted', () => {
    expect(nodeAgreement(sees(A), shard(B, [[5461 + 341, 10_922]]))).toEqual({ kind: 'old', slots: 341 })
  })

  test('itself, unseen, blind and silent are told apart', () => {
    const [a] = SHARDS
    if (!a) throw new Error('no shard')
    expect(nodeAgreement(sees(A), a).kind).toBe('itself')
    expect(nodeAgreement(sees(B, []), a).kind).toBe('unseen')
    expect(nodeAgreement(blind(B), a).kind).toBe('uninitialised')
    const error = { code: 'timeout', message: 'no answer' } as const
    expect(nodeAgreement({ shard: { key: B, address: '' }, error }, a).kind).toBe('silent')
  })

  test('of many shards, those that differ come first, with what they differ on', () => {
    const rows = topologyViews([sees(A), sees(B, NODES.slice(0, 2)), blind(C)], SHARDS)
    expect(rows.map(({ view: { shard: by }, agrees, of }) => [by.key, agrees, of])).toEqual([
      [C, 0, 2],
      [B, 1, 2],
      [A, 2, 2],
    ])
    expect(rows[1]?.differs).toEqual([{ key: C, agreement: { kind: 'unseen' } }])
    expect(topologyViews([], SHARDS)).toEqual([])
  })

  test('pending messages add up over the others', () => {
    const views = [sees(A, [node(B, 0, 0, 3)]), sees(C, [node(B, 0, 0, 4)]), sees(B, [node(B, 0, 0, 100)])]
    expect(pendingFor(B, views)).toBe(7)
    expect(pendingFor(A, [blind(B)])).toBeNull()
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
  expect(refreshBlocked({ cluster: false, shards: SHARDS })).toContain('This is not a cluster')
})
