import { NO_ENDS } from '../executions/outcome-counts'
import { formatRange, formatSpan, inTheLast } from '../text/format'
import type { RecordedSeries } from './history'
import type { Sample } from './sample'
import { type Bucket, bucketSamples } from './sample-view'
import { bucketsOfSeries, startsOfSpans, type TimeSpan } from './series-view'
import { stepFitting } from './steps'

/** Less is the distance of two polls, ms: the recorder marks a gap from there on as well (`series-reads.ts`). */
const LEAST_UNWATCHED_MS = 30_000

/** Buckets of a range at most: bars of a chart. */
export const ACTIVITY_POINTS = 100

/** What activity is counted over: whole buckets of `stepMs`. */
export interface ActivityRange extends TimeSpan {
  readonly stepMs: number
}

/** The last `spanMs` that end with the bucket which holds `now`, ms. */
export function rangeUntil(now: number, spanMs: number): ActivityRange {
  const stepMs = stepFitting(spanMs, ACTIVITY_POINTS)
  const to = (Math.floor(now / stepMs) + 1) * stepMs
  return { from: to - spanMs, to, stepMs }
}

/** The buckets that a range from one moment to another touches. */
export const rangeOver = ({ from, to }: TimeSpan, stepMs: number): ActivityRange => ({
  from: Math.floor(from / stepMs) * stepMs,
  to: Math.ceil(to / stepMs) * stepMs,
  stepMs,
})

interface ActivitySources {
  readonly range: ActivityRange
  /** Our clock, ms. */
  readonly now: number
  /** What the hub saw, as far back as it keeps it, oldest first. */
  readonly samples: readonly Sample[]
  /** In history over this range; undefined where it was not read. */
  readonly recorded: RecordedSeries | undefined
  /** Memory in history, by shard. */
  readonly memory: ReadonlyMap<string, RecordedSeries>
}

/** The moment from which samples cover whole buckets, ms: what is before is in history alone. */
export function coveredFrom(samples: readonly Sample[], stepMs: number): number {
  const first = samples[0]
  return first ? Math.ceil(first.at / stepMs) * stepMs : Number.POSITIVE_INFINITY
}

/**
 * What happened in each bucket of a range. The recorder writes every sample to history, so a bucket is read from one of the two: from the
 * samples where they cover it, otherwise from history. A bucket that neither knows is all null.
 */
export function activityBuckets({ range, now, samples, recorded, memory }: ActivitySources): readonly Bucket[] {
  const { stepMs } = range
  const covered = coveredFrom(samples, stepMs)
  const live = byStart(bucketSamples(samples, stepMs))
  const kept = byStart(recorded?.stepMs === stepMs ? bucketsOfSeries(recorded, memory, range).buckets : [])
  return startsOfSpans(range, stepMs).map((at) => {
    const past = at < covered ? kept.get(at) : undefined
    const known = past && isWatched(past)
    const bucket = (known ? past : live.get(at)) ?? UNKNOWN
    // Of the bucket that the first sample is in, only the rest was watched.
    return { ...bucket, at, complete: at + stepMs <= now && (known || at >= covered) }
  })
}

const byStart = (buckets: readonly Bucket[]): ReadonlyMap<number, Bucket> =>
  new Map(buckets.map((bucket) => [bucket.at, bucket]))

const UNKNOWN: Omit<Bucket, 'at' | 'complete'> = {
  running: null,
  waiting: null,
  ok: null,
  failed: null,
  aborted: null,
  unknown: null,
  unseen: NO_ENDS,
  triggered: null,
  failures: null,
  memory: {},
}

/** Every sample counts what ended, if only zero: a bucket without that has no sample. */
export const isWatched = (bucket: Bucket): boolean => bucket.ok !== null

/** Since when there are figures: the beginning of the first bucket with any, ms; undefined where there are none. */
export const watchedSince = (buckets: readonly Bucket[]): number | undefined => buckets.find(isWatched)?.at

/** A range as sentences and tiles name it. */
export interface RangeWords {
  /** `in the last 15 min`, `from 14:02 to 14:25`. */
  readonly sentence: string
  /** `in 15 min`, `14:02 to 14:25`. */
  readonly short: string
}

/** @param live the range ends now; `since`: of it only the time from there on was watched, ms; undefined: none */
export function rangeInWords(
  { from, to, stepMs }: ActivityRange,
  { live, since = from, now }: { readonly live: boolean; readonly since?: number | undefined; readonly now: number },
): RangeWords {
  if (!live) {
    const words = formatRange(from, to, now)
    return { sentence: `from ${words}`, short: words }
  }
  const late = since - from > Math.max(stepMs, LEAST_UNWATCHED_MS)
  const length = late ? now - since : to - from
  return { sentence: inTheLast(length), short: `in ${formatSpan(length)}` }
}

/** Time that charts have no figures for. `unwatched`: Gearboard itself did not poll. `silent`: these shards (keys) did not answer. */
export type ActivityGap = TimeSpan &
  ({ readonly kind: 'unwatched' } | { readonly kind: 'silent'; readonly shards: readonly string[] })

/** The gaps of a range up to `now` (ms), in order of time. `buckets` are those of the whole range, `stepMs` each. */
export function activityGaps(buckets: readonly Bucket[], stepMs: number, now: number): readonly ActivityGap[] {
  const gaps: ActivityGap[] = []
  const heard = new Set<string>()
  for (const bucket of buckets) {
    const { at } = bucket
    if (at >= now) break
    const to = Math.min(at + stepMs, now)
    const silent = Object.keys(bucket.memory).filter((shard) => bucket.memory[shard] === null && heard.has(shard))
    for (const [shard, bytes] of Object.entries(bucket.memory)) if (bytes !== null) heard.add(shard)
    const gap: ActivityGap | undefined = !isWatched(bucket)
      ? { kind: 'unwatched', from: at, to }
      : silent.length > 0
        ? { kind: 'silent', shards: silent, from: at, to }
        : undefined
    const last = gaps.at(-1)
    if (gap && last?.to === at && sameCause(last, gap)) gaps[gaps.length - 1] = { ...gap, from: last.from }
    else if (gap) gaps.push(gap)
  }
  return gaps.filter(({ kind, from, to }) => kind === 'silent' || to - from >= LEAST_UNWATCHED_MS)
}

const sameCause = (a: ActivityGap, b: ActivityGap): boolean =>
  a.kind === 'silent' && b.kind === 'silent' ? `${a.shards}` === `${b.shards}` : a.kind === b.kind
