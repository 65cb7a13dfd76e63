import { describe, expect, it } from 'vitest'
import { counters, execution, idOf, open, registration, source, T0 } from '@/lib/server/history/testing/index'
import type { HistoryStore } from '../..'

const unregister = (history: HistoryStore, target: string, outcome: 'ok' | 'refused') =>
  history.audit.record({
    at: T0 + 9000,
    connection: 'default',
    who: 'operate',
    ip: null,
    action: 'unregister',
    target,
    before: null,
    after: null,
    outcome,
    error: null,
  })

describe('what is known of a registration that is gone', () => {
  it('is when it was seen, and who unregistered it', async () => {
    const history = open()
    history.registrations.record('default', T0, [registration(T0, counters(3, 1))])
    unregister(history, idOf(1), 'refused')
    await history.flush()
    expect(history.registrations.lost('default', idOf(1))).toMatchObject({
      registration: { firstSeen: T0, counters: { triggered: 3, failures: 1 } },
      gone: null,
    })
    unregister(history, idOf(1), 'ok')
    await history.flush()
    expect(history.registrations.lost('default', idOf(1)).gone).toEqual({
      cause: 'unregistered',
      at: T0 + 9000,
      by: 'operate',
    })
  })

  it('is when a poll last listed it, to the millisecond, and when the first list lacked it', async () => {
    const history = open()
    const row = registration(T0, counters(3))
    history.registrations.record('default', T0, [row])
    history.registrations.recordGone('default', [{ row: { ...row, lastSeen: T0 + 840_321 }, goneAt: T0 + 841_000 }])
    await history.flush()
    const gone = { lastSeen: T0 + 840_321, goneAt: T0 + 841_000, counters: { triggered: 3 } }
    expect(history.registrations.lost('default', idOf(1)).registration).toMatchObject(gone)
    // Listed again, by a server that loaded what it had saved.
    history.registrations.record('default', T0 + 900_000, [registration(T0 + 900_000, counters(3))])
    await history.flush()
    expect(history.registrations.lost('default', idOf(1)).registration).toMatchObject({
      lastSeen: T0 + 900_000,
      goneAt: null,
    })
  })

  it('is the version that replaced it', async () => {
    const history = open()
    history.registrations.record('default', T0, [registration(T0, counters(3))])
    const registered = { outcome: 'registered', name: 'orders' } as const
    history.sources.record(source('1', { ...registered, registrations: [idOf(1)], options: {} }), 'one')
    history.sources.record(source('2', { ...registered, registrations: [idOf(2)], options: {} }), 'two')
    history.sources.record(
      source('3', { ...registered, registrations: [idOf(3)], options: { upgrade: true }, at: T0 + 5 }),
      'three',
    )
    await history.flush()
    expect(history.registrations.lost('default', idOf(1)).gone).toEqual({
      cause: 'replaced',
      at: T0 + 5,
      by: 'ada',
      name: 'orders',
      version: 3,
      registrations: [idOf(3)],
    })
    expect(history.registrations.lost('default', idOf(3)).gone).toBeNull()
    expect(history.registrations.lost('default', idOf(1)).source).toMatchObject({ name: 'orders', version: 1 })
    expect(history.registrations.lost('default', idOf(9)).source).toBeNull()
  })

  it('is not what became of an earlier one under its id, before the server restarted', async () => {
    const history = open()
    const earlier = registration(T0, counters(3))
    history.registrations.record('default', T0, [earlier])
    unregister(history, idOf(1), 'ok')
    const later = T0 + 3_600_000
    const other = { ...registration(later, counters(1)), name: 'stream parcels', firstSeen: later }
    history.registrations.record('default', later, [other])
    await history.flush()
    expect(history.registrations.lost('default', idOf(1))).toMatchObject({
      registration: { name: 'stream parcels', firstSeen: later },
      gone: null,
    })
  })

  it('is nothing of one that was never seen', async () => {
    const history = open()
    expect(history.registrations.lost('default', idOf(9))).toEqual({
      registration: null,
      gone: null,
      source: null,
      recordSince: null,
    })
    history.registrations.record('default', T0, [registration(T0, counters(0))])
    await history.flush()
    expect(history.registrations.lost('default', idOf(9))).toMatchObject({ registration: null, recordSince: T0 })
  })
})

it('how an execution left is remembered, whatever is told of it later', async () => {
  const history = open()
  const gone = { cause: 'dropped', by: 'operate', at: T0 + 2000 } as const
  history.executions.record('default', execution(1))
  history.executions.record('default', execution(1, { live: false, gone }))
  await history.flush()
  history.executions.record('default', execution(1))
  await history.flush()
  expect(history.executions.one('default', idOf(1))).toMatchObject({ gone })
})
