import type { PythonStats } from '@gearboard/gears/vocabulary/environment'
import { addedUp, type EndCounts, NO_ENDS } from '../executions/outcome-counts'
import type { Sample } from './sample'

/** Samples drawn together over an equal span. What is null is not known: charts break there. */
export interface Bucket {
  /** Start, ms since the epoch; the bucket ends before the next one's start. */
  readonly at: number
  /** False for the first and the last: their span is not over, or began before the first sample. */
  readonly complete: boolean
  readonly running: number | null
  readonly waiting: number | null
  readonly ok: number | null
  readonly failed: number | null
  readonly aborted: number | null
  readonly unknown: number | null
  /** Executions that had ended before Gearboard first looked, and were found in this span. */
  readonly unseen: EndCounts
  readonly triggered: number | null
  readonly failures: number | null
  /** Allocated now, bytes, by shard key. */
  readonly memory: Readonly<Record<string, number | null>>
}

/** One bucket per span from the first sample to the last; a span without samples is all null: nothing was measured. */
export function bucketSamples(samples: readonly Sample[], span: number): readonly Bucket[] {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last) return []
  const start = Math.floor(first.at / span) * span
  const groups: Sample[][] = Array.from({ length: Math.floor((last.at - start) / span) + 1 }, () => [])
  for (const sample of samples) groups[Math.floor((sample.at - start) / span)]?.push(sample)
  return groups.map((group, at) => toBucket(start + at * span, group, at > 0 && at < groups.length - 1))
}

function toBucket(at: number, group: readonly Sample[], complete: boolean): Bucket {
  const newest = group.at(-1)
  const ended = (outcome: keyof Sample['ended']) => sum(group.map((sample) => sample.ended[outcome]))
  return {
    at,
    complete,
    running: newest?.running ?? null,
    waiting: newest?.waiting ?? null,
    ok: ended('ok'),
    failed: ended('failed'),
    aborted: ended('aborted'),
    unknown: ended('unknown'),
    unseen: addedUp(group.map(({ unseen = NO_ENDS }) => unseen)),
    triggered: sum(group.map((sample) => sample.triggered)),
    failures: sum(group.map((sample) => sample.failures)),
    memory: Object.fromEntries(
      Object.entries(newest?.memory ?? {}).map(([shard, stats]) => [shard, stats?.current ?? null]),
    ),
  }
}

/** The sum, or null when any part is unknown or there is none. */
export function sum(values: readonly (number | null)[]): number | null {
  if (values.length === 0) return null
  return values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0)
}

const MINUTE_MS = 60_000
/** The sample that a minute begins with may be this much older. */
const OLDER_MS = 15_000

/** What was counted in the last minute, or in as much of it as was watched. */
export interface LastMinute {
  readonly count: number
  readonly spanMs: number
  /** Null where less than a minute was watched: a rate of six seconds would be a guess. */
  readonly perMinute: number | null
}

/** Null while a part is unknown, and before two samples. */
export function lastMinute(samples: readonly Sample[], field: 'triggered' | 'failures'): LastMinute | null {
  const newest = samples.at(-1)
  if (!newest) return null
  const from = newest.at - MINUTE_MS
  const first = samples.findIndex(({ at }) => at >= from)
  const before = samples[first - 1]
  const begin = samples[first]?.at !== from && before && before.at >= from - OLDER_MS ? first - 1 : first
  const recent = samples.slice(begin)
  const spanMs = newest.at - (recent[0]?.at ?? newest.at)
  // Each sample counts since the one before: the oldest only marks the beginning.
  const count = sum(recent.slice(1).map((sample) => sample[field]))
  if (count === null || spanMs <= 0) return null
  return { count, spanMs, perMinute: spanMs < MINUTE_MS ? null : (count * MINUTE_MS) / spanMs }
}

/** Python memory of the newest sample, summed; null figures where a shard is silent, zero everywhere where nothing is counted. */
export interface MemoryNow {
  readonly current: number | null
  /** Of the shards that answer: peaks are of different moments and do not add up. */
  readonly highestPeak: number | null
  readonly total: number | null
  readonly perShard: Readonly<Record<string, PythonStats | null>>
  /** RG.PYSTATS is all zeros: OverridePythonAllocators is off. */
  readonly uncounted: boolean
}

export function memoryNow(samples: readonly Sample[]): MemoryNow | undefined {
  const newest = samples.at(-1)
  if (!newest) return undefined
  const stats = Object.values(newest.memory)
  const known = stats.filter((each) => each !== null)
  return {
    current: sum(stats.map((each) => each?.current ?? null)),
    highestPeak: known.length > 0 ? Math.max(...known.map((each) => each.peak)) : null,
    total: sum(stats.map((each) => each?.total ?? null)),
    perShard: newest.memory,
    uncounted: known.length > 0 && known.every((each) => each.total === 0 && each.peak === 0 && each.current === 0),
  }
}
