import type { RecordedSeries, SeriesPoint, SeriesQuery } from '@/lib/model/record/history'
import { stepAtLeast, stepFitting } from '@/lib/model/record/steps'
import { HistoryError } from '@/lib/server/history/history-error'
import { withinBounds } from '../paging'
import { readable, Tally } from '../readable'
import type { Row } from '../row'
import type { Reading } from '../sqlite'
import { measuresOf, selectPoints, WIDTHS } from './series-sql'

const SECOND = 1000
const HOUR = 3600 * SECOND

/** Without a point for this long there is a gap: the hub's slowest poll is well below it. */
const GAP_MS = 30 * SECOND

/** A series over a range, in the finest step that is still kept for it and needs no more than the points asked for. @throws HistoryError */
export function readSeries(reading: Reading, query: SeriesQuery, now: number): RecordedSeries {
  const wanted = withinBounds('points', query.points, 10, 2000, 300)
  const { from, to } = query
  const stepMs = stepFor(from, to, wanted, now)
  const series = reading.first(
    `SELECT id FROM series WHERE connection = (SELECT id FROM connection WHERE name = ?) AND kind = ? AND subject = ?`,
    query.connection,
    query.kind,
    query.subject ?? '',
  )
  if (!series) return { stepMs, points: [] }
  const width = WIDTHS.findLast((candidate) => candidate.width <= stepMs)?.width ?? SECOND
  const start = Math.floor(from / stepMs) * stepMs
  const rows = reading.all(selectPoints(query.kind, stepMs), series.number('id'), width, start, Math.ceil(to))
  return {
    stepMs,
    points: withGaps(
      // A damaged point is a gap, as one that is missing.
      readable(rows, (row) => pointOf(row, query), new Tally()),
      stepMs,
      query,
    ),
  }
}

/** The finest width in ms that is still kept for this time and makes no more than `points` of it. @throws HistoryError */
export function stepFor(from: number, to: number, points: number, now: number): number {
  if (!Number.isFinite(from) || !Number.isFinite(to) || from >= to)
    throw new HistoryError('invalid', 'from, to: must be times in ms, from before to')
  return Math.max(stepAtLeast(keptStep(from, now)), stepFitting(to - from, points))
}

/** The finest step that is still kept for a time, ms. */
export const keptStep = (from: number, now: number): number =>
  WIDTHS.find(({ keptMs }) => from >= now - keptMs)?.width ?? HOUR

function pointOf(row: Row, { kind }: SeriesQuery): SeriesPoint {
  const values: Record<string, number | null> = {}
  const peaks: Record<string, number | null> = {}
  for (const [measure, thinning] of measuresOf(kind)) {
    if (thinning === 'count') values[measure] = row.numberOrNull(measure)
    else {
      const sum = row.numberOrNull(`${measure}_sum`)
      values[measure] = sum === null ? null : sum / row.number(`${measure}_n`)
      peaks[measure] = row.numberOrNull(`${measure}_max`)
    }
  }
  return { at: row.number('bucket'), values, peaks }
}

function withGaps(points: readonly SeriesPoint[], stepMs: number, { kind }: SeriesQuery): SeriesPoint[] {
  const nulls = (measures: ReturnType<typeof measuresOf>) => Object.fromEntries(measures.map(([name]) => [name, null]))
  const measures = measuresOf(kind)
  const unknown = { values: nulls(measures), peaks: nulls(measures.filter(([, thinning]) => thinning === 'level')) }
  return points.flatMap((point, i) => {
    const next = (points[i - 1]?.at ?? point.at) + stepMs
    return point.at - next >= GAP_MS ? [{ at: next, ...unknown }, point] : [point]
  })
}
