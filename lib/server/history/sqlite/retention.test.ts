import { describe, expect, it } from 'vitest'
import { type HistoryStore, openHistoryStore } from '..'
import {
  audit,
  counters,
  execution,
  idOf,
  newDirectory,
  open,
  part,
  passing,
  ROOMY,
  registration,
  sample,
  source,
  T0,
  traceback,
} from '../testing/index'
import { usageOf } from './retention'
import { Reading } from './sqlite'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('retention', () => {
  it('forgets by age: executions with all that belongs to them, oldest first', async () => {
    let now = T0
    const directory = newDirectory()
    const history = open({ directory, retention: { ...ROOMY, maxAgeMs: HOUR }, clock: () => now })
    for (let i = 0; i < 5000; i++) {
      history.executions.record('default', execution(i, { outcome: 'failed' }), {
        parts: [part({ errors: [traceback('KeyError', i < 2500 ? 1 : 2, 'x')] })],
      })
    }
    await history.flush()
    await history.maintain()
    expect(history.stats()).toMatchObject({ executions: 5000, oldest: T0 })

    now = T0 + HOUR + 3000 * SECOND
    await history.maintain()
    expect(history.stats()).toMatchObject({ executions: 2000, oldest: T0 + 3000 * SECOND })
    expect(history.executions.one('default', idOf(2999))).toBeUndefined()
    expect(history.executions.one('default', idOf(3000))?.errors).toHaveLength(1)
    expect(history.registrations.errorGroups({ connection: 'default' }).map(({ signature }) => signature)).toEqual([
      'KeyError in work, line 2',
    ])
    const reading = new Reading(`${directory}/history.db`)
    const rows = (table: string) => reading.first(`SELECT count(*) AS n FROM ${table}`)?.number('n')
    expect([rows('execution'), rows('execution_detail'), rows('error_occurrence')]).toEqual([2000, 2000, 2000])
    reading.close()

    now = T0 + DAY
    await history.maintain()
    expect(history.stats()).toMatchObject({ executions: 0, oldest: null })
    history.executions.record('default', execution(9000))
    await history.flush()
    expect(history.stats()).toMatchObject({ executions: 1 })
  })

  it('forgets by size, the oldest first, and gives the space back', async () => {
    let now = T0
    const clock = () => now
    const directory = newDirectory()
    const filled = openHistoryStore({ directory, retention: ROOMY, clocks: passing(clock) })
    const parts = [part({ errors: ['e'.repeat(2000)] })]
    for (let i = 0; i < 8000; i++) filled.executions.record('default', execution(i), { parts })
    await filled.flush()
    expect(filled.stats().usedBytes).toBeGreaterThan(10_000_000)
    await filled.close()

    const history = open({ directory, clock, retention: { ...ROOMY, maxBytes: 4_000_000 } })
    await history.maintain()
    const { usedBytes, executions } = history.stats()
    expect(usedBytes).toBeLessThanOrEqual(4_000_000)
    expect(usedBytes).toBeGreaterThan(3_000_000)
    expect(history.executions.one('default', idOf(7999))?.read).toBe(true)
    expect(history.executions.one('default', idOf(7999 - executions))).toBeUndefined()
    for (let minute = 0; minute < 20; minute++) {
      now += MINUTE
      await history.maintain()
    }
    expect(history.stats().bytes).toBeLessThan(4_500_000)
    expect(history.stats().executions).toBe(executions)
  })

  it('keeps seconds for three hours, minutes for a fortnight and hours as long as the history', async () => {
    let now = T0
    const history = open({ clock: () => now })
    history.series.recordSample('default', sample(T0))
    history.registrations.record('default', T0, [registration(T0, counters(1))])
    await history.flush()
    const finest = (kind: 'activity' | 'registration', subject = '') =>
      history.series.read({ connection: 'default', kind, subject, from: T0 - HOUR, to: T0 + HOUR, points: 2000 })
    expect(finest('activity')).toMatchObject({ stepMs: 5 * SECOND, points: [{ values: { running: 1 } }] })
    now = T0 + 4 * HOUR
    await history.maintain()
    expect(finest('activity')).toMatchObject({ stepMs: MINUTE, points: [{ values: { running: 1 } }] })
    expect(finest('registration', idOf(1))).toMatchObject({ points: [{ values: { averageMs: 4 } }] })
    now = T0 + 15 * DAY
    await history.maintain()
    expect(finest('activity')).toMatchObject({ stepMs: HOUR, points: [{ values: { running: 1 } }] })
    now = T0 + 366 * DAY
    await history.maintain()
    expect(finest('activity').points).toEqual([])
    expect(history.registrations.all('default')).toEqual([])
  })

  it('spares what people did', async () => {
    let now = T0
    const history = open({ retention: { ...ROOMY, maxAgeMs: HOUR }, clock: () => now })
    history.sources.record(source('1'), 'GB().run()')
    await history.flush()
    now = T0 + DAY
    await history.maintain()
    expect(history.sources.one('1')?.script).toBe('GB().run()')
  })
})

describe('the audit log', () => {
  const stampsOf = (history: HistoryStore) => history.audit.page({ limit: 500 }).entries.map(({ at }) => at)

  it('has a retention of its own, and goes from its first entry on, whatever a clock that was set wrote', async () => {
    let now = T0
    const history = open({ retention: { ...ROOMY, maxAgeMs: HOUR, auditMaxAgeMs: 40 * DAY }, clock: () => now })
    const stamps = [T0, T0 + 1, T0 + 30 * DAY, T0 + 2]
    for (const at of stamps) history.audit.record(audit({ at }))
    history.executions.record('default', execution(1))
    await history.flush()
    now = T0 + 39 * DAY
    await history.maintain()
    expect(history.stats().executions).toBe(0)
    expect(stampsOf(history)).toEqual(stamps.toReversed())
    now = T0 + 41 * DAY
    await history.maintain()
    expect(stampsOf(history)).toEqual([T0 + 2, T0 + 30 * DAY])
    now = T0 + 71 * DAY
    await history.maintain()
    expect(stampsOf(history)).toEqual([])
  })

  it('makes room only when there are no executions and no sources', async () => {
    const history = open({ retention: { ...ROOMY, maxBytes: 1 } })
    for (let n = 0; n < 15; n++) history.sources.record(source(String(n)), `script ${n}`)
    for (let n = 0; n < 30; n++) history.audit.record(audit({ at: T0 + n }))
    history.executions.record('default', execution(1))
    await history.flush()
    const left = () => [
      history.stats().executions,
      history.sources.page({ connection: 'default' }).sources.length,
      stampsOf(history).length,
    ]
    await history.maintain()
    expect(left()).toEqual([0, 4, 30])
    await history.maintain()
    expect(left()).toEqual([0, 0, 30])
    await history.maintain()
    expect(left()).toEqual([0, 0, 0])
  })
})

describe('usageOf', () => {
  it('counts what is there, not what was', async () => {
    const directory = newDirectory()
    const history = open({ directory })
    for (let i = 0; i < 1000; i++) history.executions.record('default', execution(i))
    await history.flush()
    for (let i = 0; i < 1000; i++) history.executions.record('default', execution(i, { results: 4 }))
    await history.flush()
    const reading = new Reading(`${directory}/history.db`)
    expect(usageOf(reading)).toMatchObject({ executions: 1000, oldest: T0 })
    reading.close()
  })
})
