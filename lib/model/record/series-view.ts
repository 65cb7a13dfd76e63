import { addedUp } from '../executions/outcome-counts'
import type { RecordedSeries, SeriesValues } from './history'
import type { Bucket } from './sample-view'

/** A stretch of time, ms: from inclusive, to exclusive. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
}

/** When the spans begin that the recorder divides this time into. */
export function startsOfSpans({ from, to }: TimeSpan, span: number): readonly number[] {
  const start = Math.floor(from / span) * span
  return Array.from({ length: Math.ceil((to - start) / span) }, (_, i) => start + i * span)
}

/** What the recorder kept of a connection and of its shards' memory over a range (ms), drawn together for charts. */
export function bucketsOfSeries(
  activity: RecordedSeries,
  memory: ReadonlyMap<string, RecordedSeries>,
  stretch: TimeSpan,
): { readonly span: number; readonly buckets: readonly Bucket[] } {
  const span = activity.stepMs
  const memories = [...memory].map(([shard, series]) => {
    const points = new Map(series.points.map(({ at, values }) => [at, values.current ?? null]))
    // Another step would say something else of the same moment.
    return [shard, series.stepMs === span ? points : undefined] as const
  })
  const values = new Map(activity.points.map((point) => [point.at, point.values]))
  if (activity.points.length === 0) return { span, buckets: [] }
  const buckets = startsOfSpans(stretch, span).map(
    (at): Bucket => ({
      at,
      complete: at + span <= stretch.to,
      ...activityOf(values.get(at) ?? {}),
      memory: Object.fromEntries(memories.map(([shard, points]) => [shard, points?.get(at) ?? null])),
    }),
  )
  return { span, buckets }
}

const activityOf = (values: SeriesValues) => ({
  running: values.running ?? null,
  waiting: values.waiting ?? null,
  ok: values.ok ?? null,
  failed: values.failed ?? null,
  aborted: values.aborted ?? null,
  unknown: values.unknown ?? null,
  unseen: {
    ok: values.unseenOk ?? 0,
    failed: values.unseenFailed ?? 0,
    aborted: values.unseenAborted ?? 0,
    unknown: values.unseenUnknown ?? 0,
  },
  triggered: values.triggered ?? null,
  failures: values.failures ?? null,
})

/** Ended executions by outcome, of the buckets that are known. */
export function endedIn(buckets: readonly Bucket[]) {
  const of = (outcome: 'ok' | 'failed' | 'aborted' | 'unknown') =>
    buckets.reduce((total, bucket) => total + (bucket[outcome] ?? 0), 0)
  const ended = { ok: of('ok'), failed: of('failed'), aborted: of('aborted'), unknown: of('unknown') }
  return { ...ended, all: ended.ok + ended.failed + ended.aborted + ended.unknown }
}

/** Executions that had ended before Gearboard first looked, and were found in these buckets. */
export const unseenIn = (buckets: readonly Bucket[]) => addedUp(buckets.map(({ unseen }) => unseen))
