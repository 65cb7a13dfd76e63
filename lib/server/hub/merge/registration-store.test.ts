import type { Counters, ShardRegistration, StreamStatus } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, test } from 'vitest'
import { counters, STREAM_ARGS } from '@/lib/model/testing'
import { RegistrationStore } from './registration-store'

const A = 'a'.repeat(40)
const B = 'b'.repeat(40)
const ZERO = '0'.repeat(40)
const NO_SILENT: ReadonlySet<string> = new Set()

const registration = (
  id: string,
  count: Counters,
  over: { lastError?: string; totalMs?: number; status?: StreamStatus } = {},
): ShardRegistration => ({
  id,
  description: 'orders',
  mode: 'async',
  counters: count,
  durations: { lastMs: 1, totalMs: over.totalMs ?? 0, averageMs: 0 },
  lastError: over.lastError ?? null,
  privateData: null,
  threadPool: 'DefaultPool',
  reader: 'StreamReader',
  args: STREAM_ARGS,
  lag: { lastMs: 5, averageMs: 2 },
  status: over.status ?? 'OK',
})

function store(cluster = true) {
  const subject = new RegistrationStore()
  const seen = new Map<string, number>()
  return {
    subject,
    see(shard: string, at: number, ...registrations: ShardRegistration[]) {
      subject.observeListing({
        shard,
        at,
        previousAt: seen.get(shard) ?? null,
        cluster,
        runId: `${shard} runs`,
        registrations,
      })
      seen.set(shard, at)
    },
  }
}

describe('over shards', () => {
  test.each<[StreamStatus, StreamStatus, StreamStatus]>([
    ['OK', 'OK', 'OK'],
    ['OK', 'PAUSED', 'PAUSED'],
    ['PAUSED', 'WAITING_FOR_RETRY_ON_FAILURE', 'WAITING_FOR_RETRY_ON_FAILURE'],
    ['ABORTED', 'WAITING_FOR_RETRY_ON_FAILURE', 'ABORTED'],
    ['OK', 'ABORTED', 'ABORTED'],
  ])('of %s on one and %s on the other, the graver is shown: %s', (one, other, shown) => {
    const { subject, see } = store()
    const id = `${A}-1`
    see(A, 1000, registration(id, counters(1), { status: one }))
    see(B, 1000, registration(id, counters(1), { status: other }))
    expect(subject.takeChanges([A, B], NO_SILENT).upserts).toMatchObject([{ status: shown }])
  })

  test('counters are summed, parts kept, averages weighed by runs', () => {
    const { subject, see } = store()
    const id = `${A}-1`
    see(A, 1000, registration(id, counters(10), { totalMs: 100 }))
    see(B, 1000, registration(id, counters(30, 5), { totalMs: 20, lastError: 'boom' }))
    const [row] = subject.takeChanges([A, B], NO_SILENT).upserts
    expect(row).toMatchObject({
      key: id,
      name: 'orders',
      counters: { triggered: 40, success: 35, failures: 5, aborted: 0 },
      averageMs: 3,
      lastError: 'boom',
      // Of these 40 runs it is unknown when they failed.
      health: 'unknown',
      missingOn: [],
      coverage: { answered: 2, of: 2 },
      rates: null,
    })
    expect(row?.perShard.map((part) => part.counters.triggered)).toEqual([10, 30])
  })

  test('one that a shard of another version tells in another form is one registration all the same', () => {
    const { subject, see } = store()
    const id = `${A}-1`
    for (let look = 1; look <= 2; look++) {
      see(A, 1000 * look, registration(id, counters(10)))
      see(B, 1000 * look, { ...registration(id, counters(30)), description: null })
    }
    const [row] = subject.takeChanges([A, B], NO_SILENT).upserts
    expect(row).toMatchObject({ counters: { triggered: 40 }, missingOn: [], firstSeen: 1000 })
  })

  test('a shard that answers without it is named; a silent one is not, and keeps what it said', () => {
    const { subject, see } = store()
    const id = `${A}-1`
    see(A, 1000, registration(id, counters(1)))
    see(B, 1000)
    expect(subject.takeChanges([A, B], NO_SILENT).upserts[0]?.missingOn).toEqual([B])
    see(B, 2000, registration(id, counters(2)))
    const [row] = subject.takeChanges([A, B], new Set([B])).upserts
    expect(row).toMatchObject({ missingOn: [], counters: { triggered: 3 }, coverage: { answered: 1, of: 2 } })
  })

  test('a silent shard has no rate: the rate is that of those who answer', () => {
    const { subject, see } = store()
    const id = `${A}-1`
    for (const at of [1000, 2000]) for (const shard of [A, B]) see(shard, at, registration(id, counters(at / 100)))
    expect(subject.takeChanges([A, B], NO_SILENT).upserts[0]?.rates?.triggered).toBe(20)
    const [row] = subject.takeChanges([A, B], new Set([B])).upserts
    expect(row?.rates?.triggered).toBe(10)
    expect(row?.perShard.map(({ rates }) => rates?.triggered ?? null)).toEqual([10, null])
    expect(subject.takeChanges([A, B], new Set([A, B])).upserts[0]?.rates).toBeNull()
  })

  test('equal ids of shards that do not know their cluster are different registrations, missing nowhere', () => {
    const { subject, see } = store()
    see(A, 1000, registration(`${ZERO}-1`, counters(1)))
    see(B, 1000, registration(`${ZERO}-1`, counters(2)))
    const { upserts } = subject.takeChanges([A, B], NO_SILENT)
    expect(upserts.map((row) => [row.key, row.counters.triggered, row.missingOn, row.coverage.of])).toEqual([
      [`${ZERO}-1@${A}`, 1, [], 1],
      [`${ZERO}-1@${B}`, 2, [], 1],
    ])
  })

  describe('one id of the whole cluster', () => {
    const told = registration(`${A}-1`, counters(1))
    const own = { ...told, reader: 'StreamReader', args: STREAM_ARGS, lag: null, status: 'OK' } as const
    const listed = (other: ShardRegistration) => {
      const { subject, see } = store()
      see(A, 1000, own)
      see(B, 1000, other)
      return subject.takeChanges([A, B], NO_SILENT).upserts[0]?.differsOn
    }

    const command = { ...own, reader: 'CommandReader', args: { trigger: 'charge', inOrder: null } } as const
    test.each<readonly [string, ShardRegistration, string]>([
      ['another stream', { ...own, args: { ...STREAM_ARGS, prefix: 'charges' } }, 'orders (stream charges, async)'],
      ['another description', { ...own, description: 'charge' }, 'charge (stream orders, async)'],
      ['another mode', { ...own, mode: 'sync' }, 'orders (stream orders, sync)'],
      ['another reader', command, 'orders (command charge, async)'],
    ])('where a shard lists %s, it is said what and where', (_, other, what) => {
      expect(listed(other)).toEqual([{ shard: B, what }])
    })

    test('is the same one where a shard of an older version tells less of it, and where its counters differ', () => {
      const args = { ...STREAM_ARGS, trimStream: null, onFailedPolicy: null, retryIntervalS: null }
      expect(listed({ ...own, args })).toBeUndefined()
      expect(listed(registration(`${A}-1`, counters(7)))).toBeUndefined()
    })
  })

  test('it is gone when no shard lists it', () => {
    const { subject, see } = store()
    see(A, 1000, registration(`${A}-1`, counters(1)))
    subject.takeChanges([A], NO_SILENT)
    see(A, 2000)
    expect(subject.takeChanges([A], NO_SILENT)).toMatchObject({ upserts: [], removed: [`${A}-1`] })
  })

  test.each<[string, readonly number[]]>([
    ['at once', []],
    ['after polls in which nothing changed', [2000, 3000, 4000]],
    ['after an hour of them', Array.from({ length: 720 }, (_, n) => 2000 + n * 5000)],
  ])('gone %s, it was last seen by the last poll that listed it', (_, quiet) => {
    const { subject, see } = store()
    const row = registration(`${A}-1`, counters(1))
    see(A, 1000, row)
    subject.takeChanges([A], NO_SILENT)
    for (const at of quiet) {
      see(A, at, row)
      expect(subject.takeChanges([A], NO_SILENT).gone).toEqual([])
    }
    const last = quiet.at(-1) ?? 1000
    expect(subject.lastSeen(`${A}-1`)).toBe(last)
    see(A, last + 700)
    expect(subject.takeChanges([A], NO_SILENT).gone).toMatchObject([
      { row: { key: `${A}-1`, lastSeen: last }, goneAt: last + 700 },
    ])
    expect(subject.lastSeen(`${A}-1`)).toBeUndefined()
  })

  test('of two shards the last to list it, and the last to lose it, count', () => {
    const { subject, see } = store()
    const row = registration(`${A}-1`, counters(1))
    see(A, 1000, row)
    see(B, 1100, row)
    subject.takeChanges([A, B], NO_SILENT)
    see(A, 2000)
    expect(subject.takeChanges([A, B], NO_SILENT).gone).toEqual([])
    see(B, 3000, row)
    subject.lostShard(B, 3500)
    expect(subject.takeChanges([A, B], NO_SILENT).gone).toMatchObject([{ row: { lastSeen: 3000 }, goneAt: 3500 }])
  })
})

describe('rates', () => {
  test('come from differences, per second, over all shards', () => {
    const { subject, see } = store()
    const id = `${A}-1`
    for (const [at, count] of [
      [1000, 0],
      [2000, 10],
      [3000, 20],
    ] as const) {
      see(A, at, registration(id, counters(count)))
      see(B, at, registration(id, counters(count * 2, count)))
    }
    const [row] = subject.takeChanges([A, B], NO_SILENT).upserts
    expect(row?.rates).toEqual({ triggered: 30, success: 20, failures: 10, aborted: 0 })
  })

  test('are unknown after a counter went back, and so is the growth', () => {
    const { subject, see } = store(false)
    const id = `${ZERO}-1`
    see('standalone', 1000, registration(id, counters(100)))
    see('standalone', 2000, registration(id, counters(110)))
    expect(subject.takeGrowth()).toEqual({ triggered: 10, failures: 0 })
    see('standalone', 3000, registration(id, counters(3)))
    const [row] = subject.takeChanges(['standalone'], NO_SILENT).upserts
    expect(row).toMatchObject({ counters: { triggered: 3 }, rates: null })
    expect(subject.takeGrowth()).toBeNull()
    see('standalone', 4000, registration(id, counters(5)))
    expect(subject.takeGrowth()).toEqual({ triggered: 2, failures: 0 })
  })

  test('a shard that lost it for a moment and begins at 0 went back; one that still counts as before did not gain it all', () => {
    const { subject, see } = store()
    const id = `${A}-1`
    for (const at of [1000, 2000]) for (const shard of [A, B]) see(shard, at, registration(id, counters(100)))
    subject.takeGrowth()
    see(B, 3000)
    see(B, 4000, registration(id, counters(0)))
    expect(subject.takeChanges([A, B], NO_SILENT).upserts[0]?.observed.wentBackAt).toBe(4000)
    expect(subject.takeGrowth()).toBeNull()
    see(A, 5000)
    see(A, 6000, registration(id, counters(100)))
    expect(subject.takeChanges([A, B], NO_SILENT).upserts[0]?.observed.wentBackAt).toBe(4000)
    expect(subject.takeGrowth()).toBeNull()
  })

  test('growth leaves out what was counted before the first look, and counts what began since', () => {
    const { subject, see } = store(false)
    see('standalone', 1000, registration(`${ZERO}-1`, counters(100)))
    expect(subject.takeGrowth()).toEqual({ triggered: 0, failures: 0 })
    see('standalone', 2000, registration(`${ZERO}-1`, counters(100)), registration(`${ZERO}-4`, counters(7, 2)))
    expect(subject.takeGrowth()).toEqual({ triggered: 7, failures: 2 })
  })
})

test('a poll that brings nothing new changes no row', () => {
  const { subject, see } = store(false)
  for (const at of [1000, 2000, 3000]) see('standalone', at, registration(`${ZERO}-1`, counters(5)))
  subject.takeChanges(['standalone'], NO_SILENT)
  see('standalone', 4000, registration(`${ZERO}-1`, counters(5)))
  expect(subject.takeChanges(['standalone'], NO_SILENT)).toEqual({ upserts: [], removed: [], gone: [] })
})
