import { groupBy } from '@/lib/model/list/group-by'
import type { Deployment } from '@/lib/model/record/deployment'
import type { Growth, RunsOfFunction } from '@/lib/model/record/growth'
import type { SeriesKind } from '@/lib/model/record/history'
import { startsOfSpans, type TimeSpan } from '@/lib/model/record/series-view'
import { stepAtLeast } from '@/lib/model/record/steps'
import { changesOf, estimateGrowth } from '@/lib/server/history/growth/growth-estimate'
import { readable, Tally } from '../readable'
import type { Reading } from '../sqlite'
import { readSeries, stepFor } from './series-reads'

export interface StretchOfTime extends TimeSpan {
  readonly connection: string
}

/** Enough for a narrow interval, few enough for a moment's work. */
const MOST_SPANS = 300
/** Counters are read every 5 s, or less often where that is costly: in shorter spans, runs and the memory they took would lie in different ones. */
const SHORTEST_SPAN_MS = 5000
/** Readings are a little later than their pace: a span that is this part of their distance will do. */
const LATE = 0.8
/** How often they were read is seen from this long, ms. */
const READS_SEEN_MS = 300_000
/** Of one stretch of time, the busiest. */
const MOST_REGISTRATIONS = 200
const MOST_DEPLOYMENTS = 200

/** How memory moved with the runs of functions: of registrations by their counters, of submitted functions by what was sent. */
export function readGrowth(reading: Reading, stretch: StretchOfTime, now: number): Growth {
  const { connection, from, to } = stretch
  const shortest = Math.max(SHORTEST_SPAN_MS, stepAtLeast(LATE * countersReadEvery(reading, stretch)))
  const points = Math.max(10, Math.min(MOST_SPANS, Math.floor((to - from) / shortest) + 1))
  const seriesOf = (kind: SeriesKind, subject: string) =>
    readSeries(reading, { connection, kind, subject, from, to, points }, now)
  const stepMs = stepFor(from, to, points, now)
  const memory = subjectsOf(reading, stretch, 'memory').map(({ key }) => seriesOf('memory', key))
  const starts = startsOfSpans(stretch, stepMs)
  const spread = spreadOver(starts)
  // Zero is what RG.PYSTATS says where nothing is counted (OverridePythonAllocators off).
  const held = memory.flatMap(({ points }) =>
    livesOf(
      spread(points.map(({ at, values }) => [at, values.current || null])),
      spread(points.map(({ at, values }) => [at, values.total || null])),
    ),
  )
  const runsOf = (id: string) =>
    spread(seriesOf('registration', id).points.map(({ at, values }) => [at, values.triggered ?? null]))
  // An upgrade gives a registration a new id, not another name: by its name it continues. The id is that of its latest.
  const registered = subjectsOf(reading, stretch, 'registration')
  const byName = groupBy(registered, ({ name }) => name)
  const registrations = [...byName].map(([name, subjects]): RunsOfFunction => {
    const counts = subjects.map(({ key }) => ({ key, runs: runsOf(key) }))
    const latest = counts.toSorted((a, b) => lastOf(b.runs) - lastOf(a.runs))[0]?.key ?? null
    const runs = starts.map((_, i) => counts.reduce((sum, count) => sum + (count.runs[i] ?? 0), 0))
    return { name, registrationId: latest, runs }
  })
  const functions = [...registrations, ...submitted(reading, stretch, stepMs, spread)]
  // A source may register functions of other names than its own: those that appeared count by theirs.
  const appeared = registered.flatMap(({ name, firstSeen: at }) =>
    at !== null && at >= from && at < to ? [{ name, at }] : [],
  )
  const deployments = [...readDeployments(reading, stretch), ...appeared].map(({ at, name }) => ({
    name,
    span: starts.findLastIndex((start) => start <= at),
  }))
  return { from, to, stepMs, ...estimateGrowth({ stepMs, changes: changesOf(held), functions, deployments }) }
}

/** From one reading of the counters to the next, at the end of this time, ms: of the registration that was read the most. Zero where none was. */
function countersReadEvery(reading: Reading, { connection, from, to }: StretchOfTime): number {
  const [busiest] = readable(
    reading.all(
      `SELECT count(*) AS points, max(p.at) - min(p.at) AS ms FROM series s
       JOIN registration_point p ON p.series = s.id AND p.width = 1000 AND p.at >= ? AND p.at < ?
       WHERE s.connection = (SELECT id FROM connection WHERE name = ?) AND s.kind = 'registration'
       GROUP BY s.id ORDER BY points DESC LIMIT 1`,
      Math.max(from, to - READS_SEEN_MS),
      to,
      connection,
    ),
    (row) => ({ points: row.number('points'), ms: row.number('ms') }),
    new Tally(),
  )
  return busiest && busiest.points > 1 ? busiest.ms / (busiest.points - 1) : 0
}

/** What a shard held, a row for each life: the total allocated goes back only when its server restarted. */
function livesOf(held: readonly (number | null)[], allocated: readonly (number | null)[]): (number | null)[][] {
  const lives: (number | null)[][] = []
  let most = Number.POSITIVE_INFINITY
  held.forEach((level, i) => {
    const total = allocated[i] ?? null
    if (lives.length === 0 || (total !== null && total < most)) lives.push(held.map(() => null))
    most = total ?? most
    const life = lives.at(-1)
    if (life) life[i] = level
  })
  return lives
}

const lastOf = (counts: readonly (number | null)[]): number => counts.findLastIndex((count) => count !== null)

/** What falls into each span of this time. */
const spreadOver =
  (starts: readonly number[]) =>
  (points: readonly (readonly [at: number, value: number | null])[]): (number | null)[] => {
    const values = new Map(points)
    return starts.map((at) => values.get(at) ?? null)
  }

interface Subject {
  readonly key: string
  /** A registration's; the key where none is in history. */
  readonly name: string
  /** When Gearboard first saw it, ms; a registration's. */
  readonly firstSeen: number | null
}

/** What has points in this time; of many the ones that have most. */
const subjectsOf = (reading: Reading, { connection, from, to }: StretchOfTime, kind: SeriesKind): Subject[] =>
  readable(
    reading.all(
      // An hour's bucket is there for every point, and few.
      `SELECT s.subject, coalesce(r.name, s.subject) AS name, r.first_seen FROM series s
       JOIN ${kind}_point p ON p.series = s.id AND p.width = 3600000 AND p.at >= ? AND p.at < ?
       LEFT JOIN registration r ON r.connection = s.connection AND r.key = s.subject
       WHERE s.connection = (SELECT id FROM connection WHERE name = ?) AND s.kind = ?
       GROUP BY s.id ORDER BY count(*) DESC, s.id LIMIT ${MOST_REGISTRATIONS}`,
      from - 3_600_000,
      to,
      connection,
      kind,
    ),
    (row) => ({ key: row.text('subject'), name: row.text('name'), firstSeen: row.numberOrNull('first_seen') }),
    new Tally(),
  )

/** Each submission that ran is one run. */
function submitted(
  reading: Reading,
  { connection, from, to }: StretchOfTime,
  stepMs: number,
  spread: ReturnType<typeof spreadOver>,
): RunsOfFunction[] {
  const rows = reading.all(
    `SELECT name, CAST(at / ? AS INTEGER) * ? AS bucket, count(*) AS runs FROM source
     WHERE connection = (SELECT id FROM connection WHERE name = ?) AND at >= ? AND at < ? AND outcome IN ('started', 'finished')
     GROUP BY name, bucket ORDER BY name`,
    stepMs,
    stepMs,
    connection,
    from,
    to,
  )
  const counts = readable(
    rows,
    (row) => ({ name: row.text('name'), bucket: row.number('bucket'), runs: row.number('runs') }),
    new Tally(),
  )
  const names = [...new Set(counts.map(({ name }) => name))]
  return names.map((name) => {
    const its = counts.filter((each) => each.name === name)
    const runs = spread(its.map(({ bucket, runs }) => [bucket, runs]))
    return { name, registrationId: null, runs: runs.map((count) => count ?? 0) }
  })
}

/** Sources that registered something, and registrations that came in another way; oldest first. */
export function readDeployments(reading: Reading, { connection, from, to }: StretchOfTime): Deployment[] {
  const rows = reading.all(
    `WITH this AS (SELECT id FROM connection WHERE name = ?)
       SELECT at, name, version FROM source
       WHERE connection = (SELECT id FROM this) AND outcome = 'registered' AND at >= ? AND at < ?
       UNION ALL
       SELECT first_seen, name, NULL FROM registration r
       WHERE connection = (SELECT id FROM this) AND first_seen >= ? AND first_seen < ? AND NOT EXISTS (
         SELECT 1 FROM source m, json_each(m.registrations) j WHERE m.connection = r.connection AND j.value = r.gears_id)
       ORDER BY 1 DESC LIMIT ${MOST_DEPLOYMENTS}`,
    connection,
    from,
    to,
    from,
    to,
  )
  return readable(
    rows,
    (row) => ({ at: row.number('at'), name: row.text('name'), version: row.numberOrNull('version') }),
    new Tally(),
  ).toReversed()
}
