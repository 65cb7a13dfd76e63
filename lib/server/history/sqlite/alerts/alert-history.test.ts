import { join } from 'node:path'
import SyncDatabase from 'libsql'
import { describe, expect, test } from 'vitest'
import { aDelivery, anIncident } from '@/lib/model/alerts/testing'
import { newDirectory, open, ROOMY, T0 } from '@/lib/server/history/testing/index'
import { Tally } from '../readable'

const ended = (id: string, startedAt: number, connection: string | null = 'orders') =>
  anIncident({ id, connection, state: 'resolved', startedAt, endedAt: startedAt + 9, ended: 'cleared' })

const QUERY = { connections: ['orders'], own: false }

describe('incidents', () => {
  test('are read again after a restart as they were last written', async () => {
    const directory = newDirectory()
    const history = open({ directory })
    const fires = anIncident({ title: 'it’s "odd"\u0000 😀' })
    await history.alerts.incidents.write([fires, anIncident({ id: 'i2' })], [])
    await history.alerts.incidents.write([anIncident({ id: 'i2', state: 'resolved', ended: 'gone' })], [])
    await history.close()
    const again = open({ directory }).alerts.incidents
    expect(again.firing()).toEqual([fires])
    expect(again.ended(QUERY).incidents).toEqual([anIncident({ id: 'i2', state: 'resolved', ended: 'gone' })])
  })

  test('of other connections and of Gearboard itself are answered only where the query has them', async () => {
    const { incidents } = open().alerts
    await incidents.write([ended('a', T0), ended('b', T0 + 1, 'stock'), ended('c', T0 + 2, null)], [])
    const ids = (query: Parameters<typeof incidents.ended>[0]) => incidents.ended(query).incidents.map(({ id }) => id)
    expect(ids(QUERY)).toEqual(['a'])
    expect(ids({ connections: [], own: true })).toEqual(['c'])
    expect(ids({ connections: ['stock', 'orders'], own: true })).toEqual(['c', 'b', 'a'])
    expect(ids({ connections: null, own: false })).toEqual(['b', 'a'])
    expect(ids({ ...QUERY, severity: 'critical' })).toEqual([])
  })

  test('are paged, several of one moment too', async () => {
    const { incidents } = open().alerts
    const times = [T0, T0 + 5, T0 + 5, T0 + 5, T0 + 9]
    await incidents.write(
      times.map((at, i) => ended(`i${i}`, at)),
      [],
    )
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = incidents.ended({ ...QUERY, limit: 2, ...(cursor !== undefined && { cursor }) })
      found.push(...page.incidents.map(({ id }) => id))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(found).toEqual(['i4', 'i3', 'i2', 'i1', 'i0'])
    expect(() => incidents.ended({ ...QUERY, cursor: 'x' })).toThrow(/cursor/)
    expect(() => incidents.ended({ ...QUERY, limit: 0 })).toThrow(/limit/)
  })

  test('a damaged one takes no other with it', async () => {
    const directory = newDirectory()
    const history = open({ directory })
    await history.alerts.incidents.write([anIncident(), anIncident({ id: 'i2' })], [])
    const db = new SyncDatabase(join(directory, 'history.db'))
    db.exec(`UPDATE incident SET value = '{"id":1}' WHERE id = 'i1'`)
    db.close()
    const tally = new Tally()
    expect(history.alerts.incidents.firing(tally).map(({ id }) => id)).toEqual(['i2'])
    expect(tally.unreadable).toBe(1)
  })

  test('that still fire are never forgotten; others are, with the audit log', async () => {
    let now = T0
    const history = open({ clock: () => now, retention: { ...ROOMY, auditMaxAgeMs: 10 * 86_400_000 } })
    await history.alerts.incidents.write(
      [anIncident({ startedAt: T0 }), ended('old', T0)],
      [aDelivery('waits', { createdAt: T0 }), aDelivery('done', { createdAt: T0, state: 'sent' })],
    )
    now += 11 * 86_400_000
    await history.alerts.incidents.write([ended('young', now)], [])
    await history.maintain()
    expect(history.alerts.incidents.firing()).toHaveLength(1)
    expect(history.alerts.incidents.ended(QUERY).incidents.map(({ id }) => id)).toEqual(['young'])
    expect(history.alerts.deliveries.page({}).deliveries.map(({ id }) => id)).toEqual(['waits'])
  })
})

describe('deliveries', () => {
  test('that were written with their incident are not added a second time', async () => {
    const directory = newDirectory()
    const history = open({ directory })
    await history.alerts.incidents.write([anIncident()], [aDelivery('d1'), aDelivery('d2')])
    const attempt = { at: T0 + 1, ok: true, answer: '200', durationMs: 5 }
    const sent = aDelivery('d1', { state: 'sent', attempts: [attempt], dueAt: null })
    await history.alerts.deliveries.record(sent)
    await history.alerts.incidents.write([anIncident()], [aDelivery('d1'), aDelivery('d2')])
    await history.close()
    const again = open({ directory }).alerts.deliveries
    expect(again.waiting()).toEqual([aDelivery('d2')])
    expect(again.page({}).deliveries).toEqual([aDelivery('d2'), sent])
    expect(again.page({ state: 'sent' }).deliveries).toEqual([sent])
  })

  test('that could not be written with their incident are written with their outcome', async () => {
    const { deliveries } = open().alerts
    await deliveries.record(aDelivery('d1', { state: 'failed', dueAt: null }))
    expect(deliveries.page({}).deliveries.map(({ state }) => state)).toEqual(['failed'])
  })

  test('a Gearboard that only reads the history writes none', async () => {
    const directory = newDirectory()
    await open({ directory }).alerts.incidents.write([anIncident()], [aDelivery('d1')])
    const reader = open({ directory })
    expect(reader.alerts.deliveries.waiting()).toHaveLength(1)
    await expect(reader.alerts.incidents.write([anIncident()], [])).rejects.toThrow(/Another Gearboard writes/)
    await expect(reader.alerts.deliveries.record(aDelivery('d1'))).rejects.toThrow(/Another Gearboard writes/)
  })
})
