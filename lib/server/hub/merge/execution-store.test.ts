import type { ExecutionPart, ExecutionStatus } from '@gearboard/gears/vocabulary/execution'
import { describe, expect, test } from 'vitest'
import type { Execution } from '@/lib/model/executions/execution'
import { executionPart } from '@/lib/model/testing'
import { ExecutionStore, type Listed } from './execution-store'
import type { SilentShards } from './merge-execution'

const A = 'a'.repeat(40)
const B = 'b'.repeat(40)
const ZERO = '0'.repeat(40)
const NO_SILENT: SilentShards = new Map()

const listed = (id: string, status: ExecutionStatus, registered = false): Listed => ({ id, status, registered })

const part = (shard: string, over: Partial<ExecutionPart> = {}): ExecutionPart =>
  executionPart({ shard, results: 1, totalDurationMs: 12, readDurationMs: 3, ...over })

/** A store that receives one shard's lists, a second apart. */
function watched(shard = 'standalone', cluster = false, keep?: number) {
  const store = new ExecutionStore(undefined, keep)
  let at = 1000
  let previousAt: number | null = null
  const rows = new Map<string, Execution>()
  const take = (silent = NO_SILENT) => {
    const changes = store.takeChanges(silent)
    for (const key of changes.removed) rows.delete(key)
    for (const row of changes.upserts) rows.set(row.key, row)
    return changes
  }
  return {
    store,
    rows,
    take,
    see(...executions: Listed[]) {
      at += 1000
      const questions = store.observeListing({ shard, at, previousAt, cluster, runId: 'run', executions })
      previousAt = at
      take()
      return questions
    },
    get now() {
      return at
    },
  }
}

test('what runs and what waits is counted, nothing twice, and nothing that is over or gone', () => {
  const { store, see } = watched()
  expect(store.counts()).toEqual({ running: 0, waiting: 0 })
  const [one, two, three] = [`${ZERO}-1`, `${ZERO}-2`, `${ZERO}-3`]
  see(listed(one, 'running'), listed(two, 'created'), listed(three, 'pending_run'))
  expect(store.counts()).toEqual({ running: 1, waiting: 2 })
  see(listed(one, 'done'), listed(two, 'pending_cluster'), listed(three, 'pending_run'))
  expect(store.counts()).toEqual({ running: 1, waiting: 1 })
  see(listed(one, 'done'), listed(three, 'aborted'))
  expect(store.counts()).toEqual({ running: 0, waiting: 0 })
})

test('an execution that ended keeps the moment at which that was seen first', () => {
  const { store, rows, see, take } = watched()
  see()
  const id = `${ZERO}-1`
  see(listed(id, 'running'))
  expect(rows.get(id)?.endSeen).toBeNull()
  see(listed(id, 'done'))
  const ended = rows.get(id)?.endSeen
  expect(ended).toEqual(expect.any(Number))
  see(listed(id, 'done'))
  store.report(id, 'standalone', part('standalone', { errors: ['KeyError'] }))
  take()
  see(listed(id, 'done'))
  expect(rows.get(id)).toMatchObject({ outcome: 'failed', endSeen: ended })
})

describe('outcome', () => {
  test('done is unknown until its report is final; a report without a result count is asked for again', () => {
    const { store, rows, see, take } = watched()
    see()
    const id = `${ZERO}-1`
    see(listed(id, 'running'))
    expect(rows.get(id)?.outcome).toBe('running')
    expect(see(listed(id, 'done'))).toEqual([{ key: id, id, registered: false }])
    expect(rows.get(id)?.outcome).toBe('unknown')
    expect(store.report(id, 'standalone', part('standalone', { results: null }))).toBe(false)
    expect(see(listed(id, 'done'))).toEqual([{ key: id, id, registered: false }])
    expect(store.report(id, 'standalone', part('standalone', { results: 3 }))).toBe(true)
    take()
    expect(rows.get(id)).toMatchObject({ outcome: 'ok', results: 3, errors: 0, durationMs: 12 })
    expect(see(listed(id, 'done'))).toEqual([])
  })

  test.each(['done', 'aborted'] as const)('a report that it is %s is newer than a list in which it waits', (status) => {
    const { store, rows, see, take } = watched()
    const id = `${ZERO}-1`
    see(listed(id, 'created'))
    store.report(id, 'standalone', part('standalone', { status }))
    take()
    expect(rows.get(id)).toMatchObject({ status, outcome: status === 'done' ? 'ok' : 'aborted' })
  })

  test('a forced stop, an idle timeout and an abort by command are told apart', () => {
    const { store, rows, see, take } = watched()
    const [forced, idle, command] = [`${ZERO}-1`, `${ZERO}-2`, `${ZERO}-3`]
    see(listed(forced, 'done'), listed(idle, 'aborted'), listed(command, 'aborted'))
    store.report(forced, 'standalone', part('standalone', { errors: ["['gears.forcestopped\\n']"] }))
    store.report(idle, 'standalone', part('standalone', { status: 'aborted', errors: ['Execution max idle reached'] }))
    store.report(command, 'standalone', part('standalone', { status: 'aborted' }))
    take()
    expect([forced, idle, command].map((id) => [rows.get(id)?.outcome, rows.get(id)?.abortCause])).toEqual([
      ['aborted', 'forced'],
      ['aborted', 'idle'],
      ['aborted', 'command'],
    ])
  })

  test('a blocking run that vanishes is remembered as unknown, or as what we did to it', () => {
    const { store, rows, see, take } = watched()
    const [left, killed] = [`${ZERO}-1`, `${ZERO}-2`]
    see(listed(left, 'running'), listed(killed, 'running'))
    see()
    store.decide(killed, 'aborted', 'command')
    take()
    expect(rows.get(left)).toMatchObject({ outcome: 'unknown', live: false, status: 'running' })
    expect(rows.get(killed)).toMatchObject({ outcome: 'aborted', abortCause: 'command', live: false })
  })

  test('names the error of a failed one by its last line', () => {
    const { store, rows, see, take } = watched()
    const id = `${ZERO}-1`
    see(listed(id, 'done'))
    const error = `['Traceback (most recent call last):\\n', '  File "<string>", line 1, in f\\n', "KeyError: 'x'\\n"]`
    store.report(id, 'standalone', part('standalone', { errors: [error] }))
    take()
    expect(rows.get(id)).toMatchObject({ outcome: 'failed', errors: 1, firstError: "KeyError: 'x'" })
  })
})

describe('observed times', () => {
  test('what was there at the first look is of unknown age; later ones are known to a poll', () => {
    const { rows, see, now } = watched()
    see(listed(`${ZERO}-1`, 'running'))
    see(listed(`${ZERO}-1`, 'running'), listed(`${ZERO}-2`, 'created'))
    expect(rows.get(`${ZERO}-1`)).toMatchObject({ firstSeen: now + 1000, precisionMs: null, endSeen: null })
    expect(rows.get(`${ZERO}-2`)).toMatchObject({ firstSeen: now + 2000, precisionMs: 1000 })
  })

  test('a poll that brings nothing new changes no row', () => {
    const { store, see } = watched()
    see(listed(`${ZERO}-1`, 'running'))
    see(listed(`${ZERO}-1`, 'running'))
    expect(store.takeChanges(NO_SILENT)).toEqual({ upserts: [], removed: [] })
  })
})

describe('over shards', () => {
  const observe = (store: ExecutionStore, shard: string, at: number, ...executions: Listed[]) =>
    store.observeListing({ shard, at, previousAt: at - 500, cluster: true, runId: 'run', executions })

  test('one id is one execution, whose outcome is known when all of its shards told', () => {
    const store = new ExecutionStore()
    const id = `${A}-7`
    observe(store, A, 1000, listed(id, 'done'))
    observe(store, B, 1001, listed(id, 'done'))
    store.report(id, A, part(A, { shardsReceived: 1, shardsCompleted: 1, results: 2 }))
    const [half] = store.takeChanges(NO_SILENT).upserts
    expect(half).toMatchObject({ key: id, shard: A, outcome: 'unknown', coverage: { answered: 2, of: 2 } })
    store.report(id, B, part(B, { results: 0, errors: ['boom'], totalDurationMs: 40 }))
    const [whole] = store.takeChanges(NO_SILENT).upserts
    expect(whole).toMatchObject({ outcome: 'failed', results: 2, errors: 1, durationMs: 40 })
  })

  test('it is not ok before every shard that the initiator counts has told', () => {
    const store = new ExecutionStore()
    const id = `${A}-7`
    observe(store, A, 1000, listed(id, 'done'))
    store.report(id, A, part(A, { shardsReceived: 1, shardsCompleted: 1 }))
    expect(store.takeChanges(NO_SILENT).upserts[0]).toMatchObject({
      outcome: 'unknown',
      coverage: { answered: 1, of: 2 },
    })
    observe(store, B, 1001, listed(id, 'done'))
    store.report(id, B, part(B, { results: 0 }))
    expect(store.takeChanges(NO_SILENT).upserts[0]).toMatchObject({ outcome: 'ok', coverage: { answered: 2, of: 2 } })
  })

  test('what its workers alone still hold is not known to be ok: the errors are told to its initiator', () => {
    const store = new ExecutionStore()
    const id = `${A}-7`
    observe(store, B, 1000, listed(id, 'done'))
    store.report(id, B, part(B, { results: 0 }))
    expect(store.takeChanges(NO_SILENT).upserts[0]).toMatchObject({
      shard: A,
      outcome: 'unknown',
      coverage: { answered: 1, of: 2 },
    })
  })

  test('a silent shard lowers the coverage of what it has not told, and of nothing else', () => {
    const store = new ExecutionStore()
    observe(store, A, 1000, listed(`${A}-1`, 'running'), listed(`${A}-2`, 'done'))
    observe(store, B, 1000, listed(`${A}-1`, 'running'), listed(`${A}-2`, 'done'))
    for (const shard of [A, B]) store.report(`${A}-2`, shard, part(shard))
    store.takeChanges(NO_SILENT)
    store.touchShard(B)
    const { upserts } = store.takeChanges(new Map([[B, 1000]]))
    expect(upserts.map((row) => [row.key, row.coverage])).toEqual([[`${A}-1`, { answered: 1, of: 2 }]])
  })

  test('what only silent shards had in flight is as of their last answer, until one of them is heard again', () => {
    const store = new ExecutionStore()
    const id = `${A}-1`
    observe(store, A, 1000, listed(id, 'running'))
    observe(store, B, 1200, listed(id, 'running'))
    const heardBy = (...silent: (readonly [string, number])[]) => {
      for (const shard of [A, B]) store.touchShard(shard)
      return store.takeChanges(new Map(silent)).upserts[0]
    }
    expect(heardBy()).not.toHaveProperty('unheardSince')
    expect(heardBy([A, 1000])).not.toHaveProperty('unheardSince')
    expect(heardBy([A, 1000], [B, 1200])).toMatchObject({ outcome: 'running', unheardSince: 1200 })
    // B has done its part: whether A still runs is unknown.
    observe(store, B, 3000, listed(id, 'done'))
    expect(heardBy([A, 1000])).toMatchObject({ outcome: 'running', unheardSince: 1000 })
    expect(heardBy()).not.toHaveProperty('unheardSince')
  })

  test.each([
    ['aborted', part(A, { status: 'aborted', shardsReceived: 1 }), 'aborted'],
    ['timed out', part(A, { status: 'aborted', shardsReceived: 1, errors: ['Execution max idle reached'] }), 'aborted'],
    ['failed', part(A, { shardsReceived: 1, errors: ['boom'] }), 'failed'],
    // What the silent shard did with its part is unknown.
    ['is done', part(A, { shardsReceived: 1 }), 'unknown'],
  ] as const)('a participant that fell silent keeps nothing running once the initiator %s', (_, report, outcome) => {
    const store = new ExecutionStore()
    const id = `${A}-1`
    observe(store, A, 1000, listed(id, 'running'))
    observe(store, B, 1000, listed(id, 'running'))
    observe(store, A, 8000, listed(id, report.status))
    store.report(id, A, report)
    store.touchShard(B)
    const [row] = store.takeChanges(new Map([[B, 1000]])).upserts
    expect(row).toMatchObject({ outcome, coverage: { answered: 1, of: 2 } })
    expect(row).not.toHaveProperty('unheardSince')
    // It is heard again, and runs: then it does.
    store.touchShard(B)
    expect(store.takeChanges(NO_SILENT).upserts[0]?.outcome).toBe('running')
  })

  test('what another shard kept of an earlier execution under its id is no part of one that ran alone', () => {
    const store = new ExecutionStore()
    const id = `${A}-7`
    observe(store, A, 1000, listed(id, 'done'))
    observe(store, B, 1000, listed(id, 'done'))
    store.report(id, A, part(A, { shardsReceived: 1, shardsCompleted: 1, errors: ['boom'] }))
    store.report(id, B, part(B, { errors: ['boom'] }))
    expect(store.takeChanges(NO_SILENT).upserts[0]).toMatchObject({ outcome: 'failed', errors: 2 })
    // A restarts and hands the id out again; B keeps what it had.
    store.lostShard(A, 2000, 'restarted')
    observe(store, A, 3000, listed(id, 'done'))
    observe(store, B, 3000, listed(id, 'done'))
    store.report(id, B, part(B, { errors: ['boom'] }))
    store.report(id, A, part(A, { shardsReceived: 0, results: 1 }))
    expect(store.takeChanges(NO_SILENT).upserts[0]).toMatchObject({
      outcome: 'ok',
      results: 1,
      errors: 0,
      coverage: { answered: 1, of: 1 },
    })
  })

  test('equal ids of shards that do not know their cluster are different executions', () => {
    const store = new ExecutionStore()
    observe(store, A, 1000, listed(`${ZERO}-1`, 'running'))
    observe(store, B, 1000, listed(`${ZERO}-1`, 'aborted'))
    const { upserts } = store.takeChanges(NO_SILENT)
    expect(upserts.map((row) => [row.key, row.shard, row.outcome])).toEqual([
      [`${ZERO}-1@${A}`, A, 'running'],
      [`${ZERO}-1@${B}`, B, 'aborted'],
    ])
    expect(store.withId(`${ZERO}-1`, [A, B])).toHaveLength(2)
  })
})

describe('restart', () => {
  test('an id that comes back is another execution', () => {
    const { store, rows, see, take, now } = watched()
    const id = `${ZERO}-1`
    see(listed(id, 'done'))
    store.attribute(id, { kind: 'submission', name: 'first', sourceId: 's' })
    store.report(id, 'standalone', part('standalone', { errors: ['boom'] }))
    take()
    expect(rows.get(id)).toMatchObject({ outcome: 'failed', origin: { kind: 'submission' } })
    store.lostShard('standalone', now + 1500, 'restarted')
    see(listed(id, 'running'))
    expect(rows.get(id)).toMatchObject({ outcome: 'running', errors: null, origin: { kind: 'unknown' } })
    expect(rows.get(id)?.firstSeen).toBe(now + 2000)
  })
})

describe('how it left', () => {
  const ids = [1, 2, 3, 4].map((n) => `${ZERO}-${n}`)
  const [dropped = '', refused = '', evicted = '', lost = ''] = ids

  test('is told as far as it was seen', () => {
    const { store, rows, see, take } = watched()
    see(...ids.map((id) => listed(id, 'done')))
    expect(rows.get(dropped)).not.toHaveProperty('gone')
    store.dropping(dropped, 'operate')
    store.dropping(refused, 'operate')
    store.dropping(refused, undefined)
    see(listed(refused, 'done'), listed(lost, 'done'))
    expect(rows.get(dropped)).toMatchObject({ live: false, gone: { cause: 'dropped', by: 'operate', at: 3000 } })
    expect(rows.get(evicted)).toMatchObject({ live: false, gone: { cause: 'unlisted', by: null } })
    see(listed(lost, 'done'))
    expect(rows.get(refused)).toMatchObject({ gone: { cause: 'unlisted', at: 4000 } })
    store.lostShard('standalone', 4500, 'restarted')
    take()
    expect(rows.get(lost)).toMatchObject({ live: false, gone: { cause: 'restarted', at: 4500 } })
  })

  test('is told when the last shard lists it no more', () => {
    const { store, rows, see, take } = watched(A, true)
    const other = { shard: B, at: 1100, previousAt: null, cluster: true, runId: null }
    store.observeListing({ ...other, executions: [listed(`${A}-1`, 'done')] })
    see(listed(`${A}-1`, 'done'))
    see()
    expect(rows.get(`${A}-1`)).toMatchObject({ live: true })
    expect(rows.get(`${A}-1`)).not.toHaveProperty('gone')
    store.lostShard(B, 2500, 'shard_left')
    take()
    expect(rows.get(`${A}-1`)).toMatchObject({ live: false, gone: { cause: 'shard_left' } })
  })
})

describe('memory', () => {
  test('keeps the latest of those that are gone, and when the others were seen', () => {
    const { store, rows, see } = watched('standalone', false, 3)
    for (let i = 0; i < 10; i++) see(listed(`${ZERO}-${i}`, 'running'))
    expect([...rows.keys()]).toEqual([6, 7, 8, 9].map((i) => `${ZERO}-${i}`))
    expect(store.lastSeen(`${ZERO}-2`)).toBe(4000)
    expect(store.lastSeen(`${ZERO}-99`)).toBeUndefined()
  })
})

test('ends are counted once each, and not those from before the first look', () => {
  const { store, see, take } = watched()
  see(listed(`${ZERO}-1`, 'done'), listed(`${ZERO}-2`, 'running'))
  see(listed(`${ZERO}-1`, 'done'), listed(`${ZERO}-2`, 'done'), listed(`${ZERO}-3`, 'running'))
  store.report(`${ZERO}-1`, 'standalone', part('standalone'))
  store.report(`${ZERO}-2`, 'standalone', part('standalone', { errors: ['boom'] }))
  take()
  see(listed(`${ZERO}-1`, 'done'))
  expect(store.takeEnded().ended).toEqual({ ok: 0, failed: 1, aborted: 0, unknown: 1 })
  expect(store.takeEnded()).toEqual({ ended: { ok: 0, failed: 0, aborted: 0, unknown: 0 } })
})

describe('what the first look finds', () => {
  const first = (store: ExecutionStore, ...executions: Listed[]) => {
    store.observeListing({ shard: 'standalone', at: 9000, previousAt: null, cluster: false, runId: 'run', executions })
    return store.takeChanges(NO_SILENT).upserts
  }
  const read = (store: ExecutionStore, id: string, over: Partial<ExecutionPart>) => {
    store.report(id, 'standalone', part('standalone', over))
    return store.takeChanges(NO_SILENT).upserts
  }

  test('had ended at an unknown time: it is counted beside the ends that were seen, once its outcome is read', () => {
    const store = new ExecutionStore()
    const [done, failed, aborted, running] = [`${ZERO}-1`, `${ZERO}-2`, `${ZERO}-3`, `${ZERO}-4`]
    first(store, listed(done, 'done'), listed(failed, 'done'), listed(aborted, 'aborted'), listed(running, 'running'))
    read(store, done, {})
    read(store, failed, { errors: ['boom'] })
    expect(store.takeEnded()).toEqual({
      ended: { ok: 0, failed: 0, aborted: 0, unknown: 0 },
      unseen: { ok: 1, failed: 1, aborted: 1, unknown: 0 },
    })
    store.observeListing({
      ...{ shard: 'standalone', at: 10_000, previousAt: 9000, cluster: false, runId: 'run' },
      executions: [listed(done, 'done'), listed(failed, 'done'), listed(aborted, 'aborted'), listed(running, 'done')],
    })
    read(store, running, { errors: ['boom'] })
    expect(store.takeEnded()).toEqual({ ended: { ok: 0, failed: 1, aborted: 0, unknown: 0 } })
  })

  const origin = { kind: 'registration', name: 'orders', registrationId: 'r', inferred: true } as const
  test.each([
    ['whose end an earlier Gearboard recorded is not counted again', 'done', { endSeen: 3000, over: true }, {}, 3000],
    ['that ended while nothing watched is an end of now', 'done', { endSeen: null, over: false }, { ok: 1 }, 9000],
    ['that still runs has run since it was first seen', 'running', { endSeen: null, over: false }, {}, null],
  ] as const)('one %s', (_, status, past, counted, endSeen) => {
    const id = `${ZERO}-1`
    const asked: string[] = []
    const store = new ExecutionStore((key, runId) => {
      asked.push(`${key} ${runId}`)
      return { firstSeen: 2000, precisionMs: 500, origin, ...past }
    })
    first(store, listed(id, status, true))
    const rows = status === 'done' ? read(store, id, {}) : []
    expect(asked).toEqual([`${id} run`])
    expect({ ...store.takeEnded().ended }).toEqual({ ok: 0, failed: 0, aborted: 0, unknown: 0, ...counted })
    if (status === 'done') expect(rows[0]).toMatchObject({ firstSeen: 2000, endSeen, precisionMs: 500, origin })
    expect(store.get(id)).toMatchObject({ firstSeen: 2000, endSeen, origin })
  })
})
