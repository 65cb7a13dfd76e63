import { expect, test } from 'vitest'
import type { ConnectionStatus } from '../connection/connection'
import type { Sample } from '../record/sample'
import { connectionState, keysReader, shardState } from '../testing'
import { byTrouble, type FleetRow, fleetRow, labelsOf, matchesFleet } from './fleet'

const MINUTE = 60_000
const NOW = 20 * MINUTE + 5000
const stats = (current: number) => ({ total: current, peak: current, current })

const sample = (at: number, change: Partial<Sample> = {}): Sample => ({
  at,
  running: 3,
  waiting: 0,
  ended: { ok: 0, failed: 0, aborted: 0, unknown: 0 },
  triggered: 2,
  failures: 1,
  memory: { a: stats(10), b: stats(20) },
  ...change,
})

const live = connectionState({ answeredAt: NOW - 1000, coverage: { answered: 2, of: 2 } })
const facts = {
  connection: live,
  shards: [shardState('a', { answeredAt: NOW - 1000 }), shardState('b', { answeredAt: NOW - 4000 })],
  registrations: [keysReader({ health: 'failing' }), keysReader({ health: 'ok' })],
  samples: [sample(18 * MINUTE + 30_000), sample(19 * MINUTE), sample(19 * MINUTE + 30_000), sample(NOW)],
}

test('a live connection is summed up: what runs, what fails, its memory, and the oldest of its answers', () => {
  const row = fleetRow(facts, NOW)
  expect(row).toMatchObject({ running: 3, failing: 1, registrations: 2, memory: 30, oldestAt: NOW - 4000 })
  // The minute in which it was first looked at is not whole.
  expect(row.triggers.minutes).toEqual([...Array(13).fill(null), 4, 2])
  expect(row.failures.minutes.slice(-2)).toEqual([2, 1])
  expect(row.triggers.perMinute).toBeCloseTo((4 * MINUTE) / 65_000)
})

test('before the first answer nothing is known, and nothing is zero', () => {
  const connection = connectionState({ status: 'unreachable', coverage: { answered: 0, of: 0 } })
  const row = fleetRow({ connection, shards: [], registrations: [], samples: [] }, NOW)
  expect(row).toMatchObject({ running: null, failing: null, registrations: null, memory: null, oldestAt: null })
  expect(row.failures).toEqual({ minutes: Array(15).fill(null), perMinute: null })
})

test('old samples are no present figures; what fails is of the last answer, whose age is shown', () => {
  const connection = connectionState({ status: 'unreachable', answeredAt: NOW })
  const row = fleetRow({ ...facts, connection }, NOW + 3 * MINUTE)
  expect(row).toMatchObject({ running: null, memory: null, failing: 1, oldestAt: NOW - 4000 })
  expect(row.triggers.perMinute).toBeNull()
  expect(row.triggers.minutes.slice(-4)).toEqual([2, null, null, null])
})

test('a part of a cluster is not shown as all of it', () => {
  const shards = [shardState('a', { answeredAt: NOW }), shardState('b', { state: 'silent', answeredAt: null })]
  const silent = sample(NOW, { running: null, triggered: null, memory: { a: stats(10), b: null } })
  const row = fleetRow({ ...facts, shards, samples: [...facts.samples.slice(0, 3), silent] }, NOW)
  expect(row).toMatchObject({ running: null, memory: null, oldestAt: null })
  expect(row.triggers.perMinute).toBeNull()
})

test('registrations are unknown until every shard has listed its own', () => {
  const shards = [shardState('a'), shardState('b', { registrations: null })]
  expect(fleetRow({ ...facts, shards }, NOW)).toMatchObject({ failing: null, registrations: null })
})

test('memory that nobody counts is unknown, not zero', () => {
  const none = { total: 0, peak: 0, current: 0 }
  expect(fleetRow({ ...facts, samples: [sample(NOW, { memory: { a: none } })] }, NOW).memory).toBeNull()
})

const row = (name: string, status: ConnectionStatus, changes: Partial<FleetRow> = {}): FleetRow => ({
  ...fleetRow({ ...facts, registrations: [], connection: { ...live, name, status } }, NOW),
  ...changes,
})

test('the worst is first', () => {
  const rows = [
    row('calm', 'live'),
    row('starts', 'connecting'),
    row('fails', 'live', { failing: 1 }),
    row('fails-more', 'live', { failing: 4 }),
    row('fails-in-production', 'live', { failing: 1, production: true }),
    row('part', 'partial', { failing: 9 }),
    row('plain', 'module_missing'),
    row('no', 'refused'),
    row('gone', 'unreachable', { failing: 2 }),
    row('also-calm', 'live'),
  ]
  expect(rows.toSorted(byTrouble).map(({ name }) => name)).toEqual([
    'gone',
    'no',
    'plain',
    'part',
    'fails-in-production',
    'fails-more',
    'fails',
    'starts',
    'also-calm',
    'calm',
  ])
})

test('a filter finds words of name, label, address and labels, and asks for every label', () => {
  const shop = row('shop-1', 'live', { label: 'Shop Berlin', labels: ['team:shop', 'eu'], address: 'redis://10.0.0.7' })
  for (const text of ['', 'berlin', 'SHOP 10.0', ' eu  shop-1 ']) expect(matchesFleet(shop, text, []), text).toBe(true)
  for (const text of ['paris', 'shop paris']) expect(matchesFleet(shop, text, []), text).toBe(false)
  expect(matchesFleet(shop, '', ['eu', 'team:shop'])).toBe(true)
  expect(matchesFleet(shop, 'shop', ['eu', 'us'])).toBe(false)
  expect(labelsOf([shop, row('b', 'live', { labels: ['eu', 'a'] })])).toEqual(['a', 'eu', 'team:shop'])
})
