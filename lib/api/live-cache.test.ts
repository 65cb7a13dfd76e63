import { random } from '@gearboard/gears/testing/random'
import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { ShardState } from '@/lib/model/cluster/shard'
import type { ConnectionState } from '@/lib/model/connection/connection'
import { stepsSince } from '@/lib/model/list/row-list'
import type { Sample } from '@/lib/model/record/sample'
import { connectionState } from '@/lib/model/testing'
import {
  appendSamples,
  applyChange,
  applyUpdate,
  emptyKeyed,
  type Keyed,
  liveKeys,
  rowOfKey,
  SAMPLE_SPAN_MS,
} from './live-cache'

interface Item {
  readonly key: string
  readonly value: number
}
const item = (key: string, value = 0): Item => ({ key, value })
const keyOf = (i: Item) => i.key
const full = (...items: Item[]): Keyed<Item> =>
  applyChange(emptyKeyed<Item>(), keyOf, { full: true, upserts: items, removed: [] })
const delta = (upserts: readonly Item[], removed: readonly string[] = []) => ({ full: false, upserts, removed })

test('upserts replace in place and append what is new', () => {
  const next = applyChange(full(item('a'), item('b')), keyOf, delta([item('c'), item('a', 1)]))
  expect(next.rows).toEqual([item('a', 1), item('b'), item('c')])
})

test('removals come before upserts, and the index follows', () => {
  const first = applyChange(full(item('a'), item('b'), item('c')), keyOf, delta([item('d'), item('b', 2)], ['a', 'b']))
  expect(first.rows).toEqual([item('c'), item('d'), item('b', 2)])
  const second = applyChange(first, keyOf, delta([item('d', 9)]))
  expect(second.rows).toEqual([item('c'), item('d', 9), item('b', 2)])
})

test('a full delta replaces everything', () => {
  const next = applyChange(full(item('a'), item('b')), keyOf, { full: true, upserts: [item('x')], removed: [] })
  expect(next.rows).toEqual([item('x')])
})

test('a delta that changes nothing keeps the identity, one that changes something leaves the old list alone', () => {
  const before = full(item('a'))
  expect(applyChange(before, keyOf, delta([], ['unknown']))).toBe(before)
  const { rows } = before
  applyChange(before, keyOf, delta([item('a', 1), item('b')]))
  expect(rows).toEqual([item('a')])
})

test('a thousand random deltas end where a plain map ends', () => {
  const next = random(42)
  const upTo = (below: number) => Math.floor(next() * below)
  const expected = new Map<string, Item>()
  let state = emptyKeyed<Item>()
  for (let round = 0; round < 1000; round++) {
    const removed = Array.from({ length: upTo(3) }, () => `k${upTo(50)}`)
    const upserts = Array.from({ length: upTo(4) }, () => item(`k${upTo(50)}`, round))
    for (const key of removed) expected.delete(key)
    for (const each of upserts) expected.set(each.key, each)
    const before = state
    state = applyChange(state, keyOf, delta(upserts, removed))
    // What it says that it changed is what it changed.
    const changed = new Set(before.rows)
    for (const step of stepsSince(state, before.version) ?? []) {
      for (const each of step.left) expect(changed.delete(each)).toBe(true)
      for (const each of step.came) changed.add(each)
    }
    expect(changed).toEqual(new Set(state.rows))
    expect(rowOfKey(state, keyOf, `k${round % 50}`)).toBe(expected.get(`k${round % 50}`))
  }
  expect(new Map(state.rows.map((each) => [each.key, each]))).toEqual(expected)
  expect(state.rows.length).toBe(expected.size)
})

const sample = (at: number): Sample => ({
  at,
  running: 0,
  waiting: 0,
  ended: { ok: 0, failed: 0, aborted: 0, unknown: 0 },
  triggered: null,
  failures: null,
  memory: {},
})

test('samples append, a reconnect repeats none, the span is kept', () => {
  const known = [sample(1), sample(2)]
  expect(appendSamples(known, [sample(2), sample(3)], false).map((s) => s.at)).toEqual([1, 2, 3])
  expect(appendSamples(known, [sample(1), sample(2)], false)).toBe(known)
  expect(appendSamples(known, [sample(2 + SAMPLE_SPAN_MS)], false).map((s) => s.at)).toEqual([2, 2 + SAMPLE_SPAN_MS])
  expect(appendSamples(known, [sample(9)], true).map((s) => s.at)).toEqual([9])
})

test('an update touches only the parts that it brings', () => {
  const client = new QueryClient()
  const shards: readonly ShardState[] = []
  applyUpdate(client, 'default', { full: false, samples: [sample(1)] })
  applyUpdate(client, 'default', { full: false, shards })
  expect(client.getQueryData(liveKeys.samples('default'))).toHaveLength(1)
  expect(client.getQueryData(liveKeys.shards('default'))).toEqual([])
  expect(client.getQueryData(liveKeys.executions('default'))).toBeUndefined()
})

test.each<[Partial<ConnectionState>, boolean]>([
  [{ status: 'connecting', answeredAt: null }, false],
  [{ status: 'starting', answeredAt: null }, false],
  [{ status: 'unreachable', answeredAt: null }, false],
  // One shard of several was asked.
  [{ status: 'connecting', answeredAt: 5 }, false],
  [{ status: 'live', answeredAt: 5 }, true],
  [{ status: 'partial', answeredAt: 5 }, true],
  [{ status: 'unreachable', answeredAt: 5 }, true],
])('a server that is %j has answered: %s', (state, answered) => {
  const client = new QueryClient()
  applyUpdate(client, 'default', { full: true, connection: connectionState(state) })
  expect(client.getQueryData(liveKeys.answered('default')) ?? false).toBe(answered)
})

test('what has answered once stays known while a shard joins', () => {
  const client = new QueryClient()
  for (const status of ['live', 'connecting', 'starting'] as const)
    applyUpdate(client, 'default', { full: false, connection: connectionState({ status, answeredAt: 5 }) })
  expect(client.getQueryData(liveKeys.answered('default'))).toBe(true)
})
