import { join } from 'node:path'
import { random } from '@gearboard/gears/testing/random'
import SyncDatabase from 'libsql'
import { describe, expect, it } from 'vitest'
import { MEASURES, SERIES_KINDS, type SeriesKind } from '@/lib/model/record/history'
import { counters, idOf, newDirectory, open, registration, sample, T0 } from '@/lib/server/history/testing/index'
import { Row } from '../row'
import { stepFor } from './series-reads'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('series', () => {
  it('equals a brute-force reference at every width and step', async () => {
    const start = Math.floor(T0 / DAY) * DAY
    const end = start + 5 * HOUR
    const next = random(42)
    const points: { at: number; running: number | null; ok: number; triggered: number | null }[] = []
    for (let at = start; at < end; at += 500 + Math.floor(next() * 9500)) {
      points.push({
        at,
        running: next() < 0.1 ? null : Math.floor(next() * 50),
        ok: Math.floor(next() * 9),
        triggered: next() < 0.1 ? null : Math.floor(next() * 1000),
      })
    }
    const history = open({ clock: () => end })
    for (const { at, running, ok, triggered } of points)
      history.series.recordSample(
        'default',
        sample(at, {
          ...{ running, triggered, ended: { ok, failed: 0, aborted: 0, unknown: 0 } },
          ...(ok > 0 && { unseen: { ok, failed: 1, aborted: 0, unknown: 0 } }),
        }),
      )
    await history.flush()

    const sum = (values: readonly (number | null)[]) => {
      const known = values.filter((value) => value !== null)
      return {
        n: known.length,
        sum: known.length > 0 ? known.reduce((a, b) => a + b, 0) : null,
        max: known.length > 0 ? Math.max(...known) : null,
      }
    }
    for (const [from, to, wanted] of [
      [end - 10 * MINUTE, end, 1000],
      [end - HOUR, end, 300],
      [end - 2 * HOUR, end, 60],
      [start, end, 400],
      [start, end, 30],
      [start, end, 10],
    ] as const) {
      const { stepMs, points: got } = history.series.read({
        connection: 'default',
        kind: 'activity',
        from,
        to,
        points: wanted,
      })
      const first = Math.floor(from / stepMs) * stepMs
      const buckets = new Map<number, typeof points>()
      for (const point of points) {
        if (point.at < first || point.at >= to) continue
        const bucket = Math.floor(point.at / stepMs) * stepMs
        buckets.set(bucket, [...(buckets.get(bucket) ?? []), point])
      }
      const expected = [...buckets].map(([at, members]) => {
        const running = sum(members.map((member) => member.running))
        return {
          at,
          running: running.sum === null ? null : running.sum / running.n,
          peak: running.max,
          ok: sum(members.map((member) => member.ok)).sum,
          triggered: sum(members.map((member) => member.triggered)).sum,
          unseen: sum(members.map((member) => (member.ok > 0 ? member.ok : null))).sum,
        }
      })
      expect(
        got.map(({ at, values, peaks }) => ({
          at,
          running: values.running,
          peak: peaks.running,
          ok: values.ok,
          triggered: values.triggered,
          unseen: values.unseenOk,
        })),
      ).toEqual(expected)
      expect(got.length).toBeLessThanOrEqual(wanted)
      expect(got.length).toBeGreaterThan(0)
    }
  })

  it('keeps gaps as gaps', async () => {
    const history = open({ clock: () => T0 + HOUR })
    for (const at of [T0, T0 + 5000, T0 + 10_000, T0 + 10 * MINUTE, T0 + 10 * MINUTE + 5000])
      history.series.recordSample('default', sample(at))
    await history.flush()
    const { points } = history.series.read({
      connection: 'default',
      kind: 'activity',
      from: T0,
      to: T0 + 11 * MINUTE,
      points: 700,
    })
    expect(points.map(({ values }) => values.running)).toEqual([1, 1, 1, null, 1, 1])
    expect(points.map(({ values }) => values.triggered)).toEqual([2, 2, 2, null, 2, 2])
  })

  it('has the memory of each shard, and nothing where a shard was silent', async () => {
    const history = open()
    const stats = (current: number) => ({ total: 2 * current, peak: current + 1, current })
    history.series.recordSample('default', sample(T0, { memory: { a: stats(100), b: stats(7) } }))
    history.series.recordSample('default', sample(T0 + MINUTE, { memory: { a: stats(300), b: null } }))
    await history.flush()
    const read = (subject: string) =>
      history.series.read({
        connection: 'default',
        kind: 'memory',
        subject,
        from: T0,
        to: T0 + 2 * MINUTE,
        points: 200,
      }).points
    expect(read('a').map(({ values }) => values.current)).toEqual([100, null, 300])
    expect(read('b').map(({ values, peaks }) => [values.total, peaks.peak])).toEqual([[14, 8]])
    expect(read('c')).toEqual([])
  })

  it('refuses a range that is none, and more points than it gives', () => {
    const history = open()
    const query = { connection: 'default', kind: 'activity', from: T0, to: T0 + 1 } as const
    expect(() => history.series.read({ ...query, to: T0 })).toThrow('from before to')
    expect(() => history.series.read({ ...query, points: 5000 })).toThrow(
      'points: must be a whole number from 10 to 2000',
    )
  })
})

describe('stepFor', () => {
  const now = T0
  it('is as fine as the range and what is kept of it allow', () => {
    expect(stepFor(now - 5 * MINUTE, now, 301, now)).toBe(SECOND)
    expect(stepFor(now - HOUR, now, 301, now)).toBe(15 * SECOND)
    // Seconds are kept for three hours.
    expect(stepFor(now - 4 * HOUR, now - 4 * HOUR + 5 * MINUTE, 301, now)).toBe(MINUTE)
    expect(stepFor(now - 7 * DAY, now, 301, now)).toBe(HOUR)
    // Minutes are kept for a fortnight.
    expect(stepFor(now - 30 * DAY, now - 30 * DAY + HOUR, 301, now)).toBe(HOUR)
    expect(stepFor(now - 400 * DAY, now, 11, now)).toBe(40 * DAY)
  })
})

describe('the counters of a registration', () => {
  const subject = {
    connection: 'default',
    kind: 'registration',
    subject: idOf(1),
    from: T0,
    to: T0 + 5 * MINUTE,
  } as const

  it('become growth, which is unknown at first, after they went back and after a gap', async () => {
    const history = open({ clock: () => T0 + 5 * MINUTE })
    const looks = [
      [0, 100],
      [10, 130],
      [20, 130],
      [30, 5],
      [40, 9],
      [150, 50],
      [160, 51],
    ] as const
    for (const [second, triggered] of looks) {
      const at = T0 + second * SECOND
      history.registrations.record('default', at, [registration(at, counters(triggered))])
    }
    await history.flush()
    const { points } = history.series.read({ ...subject, points: 400 })
    expect(points.map(({ values }) => values.triggered)).toEqual([null, 30, 0, null, 4, null, null, 1])
    expect(points.map(({ values }) => values.averageMs)).toEqual([4, 4, 4, 4, 4, null, 4, 4])
    expect(history.registrations.all('default')).toMatchObject([
      { key: idOf(1), name: 'stream orders', counters: { triggered: 51 } },
    ])
  })

  it('wait for a silent shard, and lose nothing of what it counted', async () => {
    const history = open({ clock: () => T0 + 5 * MINUTE })
    history.registrations.record('default', T0, [registration(T0, counters(100))])
    history.registrations.record('default', T0 + 10_000, [registration(T0 + 10_000, counters(40), { answered: 0 })])
    history.registrations.record('default', T0 + 20_000, [registration(T0 + 20_000, counters(120))])
    await history.flush()
    expect(history.series.read({ ...subject, points: 400 }).points.map(({ values }) => values.triggered)).toEqual([
      null,
      20,
    ])
  })

  it('go on when the clock is set back, with a gap where nobody knows what time passed', async () => {
    const history = open({ clock: () => T0 + 5 * MINUTE })
    for (const [at, triggered] of [
      [HOUR, 100],
      [HOUR + 10_000, 110],
      [0, 120],
      [10_000, 135],
    ] as const) {
      history.registrations.record('default', T0 + at, [registration(T0 + at, counters(triggered))])
    }
    await history.flush()
    const { points } = history.series.read({ ...subject, points: 400 })
    expect(points.map(({ values }) => values.triggered)).toEqual([null, 15])
    expect(history.registrations.all('default')).toMatchObject([{ counters: { triggered: 135 } }])
  })

  it('are looked at every five seconds at most', async () => {
    const history = open({ clock: () => T0 + 5 * MINUTE })
    for (let second = 0; second <= 20; second++) {
      const at = T0 + second * SECOND
      history.registrations.record('default', at, [registration(at, counters(second * 10))])
    }
    await history.flush()
    expect(history.series.read({ ...subject, points: 400 }).points.map(({ values }) => values.triggered)).toEqual([
      null,
      50,
      50,
      50,
      50,
    ])
  })
})

it('reads of a million points no more than asked for, and loses none of their sum', async () => {
  const directory = newDirectory()
  const end = Math.floor(T0 / HOUR) * HOUR
  const first = open({ directory, clock: () => end })
  first.series.recordSample('default', sample(end - SECOND))
  await first.close()
  const db = new SyncDatabase(join(directory, 'history.db'))
  const minutes = 1_000_000
  db.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${minutes})
    INSERT OR REPLACE INTO activity_point (series, width, at, running_n, waiting_n, ok)
    SELECT (SELECT id FROM series WHERE kind = 'activity'), ${MINUTE}, ${end} - i * ${MINUTE}, 0, 0, 1 FROM n;
    INSERT OR REPLACE INTO activity_point (series, width, at, running_n, waiting_n, ok)
    SELECT series, ${HOUR}, at / ${HOUR} * ${HOUR}, 0, 0, sum(ok) FROM activity_point WHERE width = ${MINUTE} GROUP BY 1, 3`)
  db.close()
  const history = open({ directory, clock: () => end })
  for (const [days, points] of [
    [7, 300],
    [14, 2000],
    [366, 300],
  ] as const) {
    const series = history.series.read({
      connection: 'default',
      kind: 'activity',
      from: end - days * DAY,
      to: end,
      points,
    })
    expect(series.points.length).toBeLessThanOrEqual(points)
    const all = series.points.filter(({ at }) => at >= end - days * DAY && at + series.stepMs <= end)
    expect(all.reduce((sum, { values }) => sum + (values.ok ?? 0), 0)).toBe(all.length * (series.stepMs / MINUTE))
    expect(all.length * series.stepMs).toBeGreaterThan(0.9 * days * DAY)
  }
})

describe('tables of series', () => {
  const columnsIn = (directory: string, kind: string): readonly string[] => {
    const db = new SyncDatabase(join(directory, 'history.db'))
    const rows = db.prepare(`PRAGMA table_info(${kind}_point)`).all()
    db.close()
    return rows.map((row) => new Row(row).text('name'))
  }
  const wanted = (kind: SeriesKind) => [
    ...['series', 'width', 'at'],
    ...Object.entries(MEASURES[kind]).flatMap(([measure, thinning]) =>
      thinning === 'count' ? [measure] : [`${measure}_sum`, `${measure}_n`, `${measure}_max`],
    ),
  ]

  it.each(SERIES_KINDS)('of %s: a column for each measure, also where the database had none', async (kind) => {
    const directory = newDirectory()
    await open({ directory }).close()
    expect(columnsIn(directory, kind)).toEqual(wanted(kind))

    const db = new SyncDatabase(join(directory, 'history.db'))
    db.exec(`DROP TABLE ${kind}_point`)
    db.close()
    const history = open({ directory, clock: () => T0 })
    expect(columnsIn(directory, kind)).toEqual(wanted(kind))
    history.series.recordSample('default', sample(T0 - 1000, { running: 3 }))
    await history.flush()
    const range = { connection: 'default', from: T0 - 60_000, to: T0 }
    expect(history.stats().error).toBeNull()
    expect(history.series.read({ ...range, kind: 'activity' }).points.map(({ values }) => values.running)).toEqual([3])
  })
})
