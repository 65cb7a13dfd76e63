import type { PythonStats } from '@gearboard/gears/vocabulary/environment'
import type { RecordedSeries } from '@/lib/model/record/history'
import type { Sample } from '@/lib/model/record/sample'
import { sum } from '@/lib/model/record/sample-view'
import { startsOfSpans, type TimeSpan } from '@/lib/model/record/series-view'

/** RG.PYSTATS of each shard at one moment, or over a span of the record; null where it is not known. */
export interface MemoryMoment {
  readonly at: number
  readonly perShard: Readonly<Record<string, PythonStats | null>>
}

export const MEMORY_MEASURES = ['current', 'peak'] as const
export type MemoryMeasure = (typeof MEMORY_MEASURES)[number]

/** Key of all shards together; known where each shard is. */
export const ALL_SHARDS = 'all'

interface MemoryPoint {
  readonly at: number
  readonly values: Readonly<Record<string, number | null>>
}

export const momentsOfSamples = (samples: readonly Sample[]): readonly MemoryMoment[] =>
  samples.map(({ at, memory }) => ({ at, perShard: memory }))

/** What is in history, a moment for each span of the time asked for: the mean of what was held, the highest of the others. */
export function momentsOfSeries(
  memory: ReadonlyMap<string, RecordedSeries>,
  stretch: TimeSpan,
): { readonly span: number; readonly moments: readonly MemoryMoment[] } {
  const span = Math.max(0, ...[...memory.values()].map(({ stepMs }) => stepMs))
  if (span === 0) return { span, moments: [] }
  const shards = [...memory].map(([shard, { points }]) => [shard, new Map(points.map((p) => [p.at, p]))] as const)
  const statsAt = (at: number) =>
    shards.map(([shard, points]) => {
      const point = points.get(at)
      const [current, peak, total] = [point?.values.current, point?.peaks.peak, point?.peaks.total]
      const known = typeof current === 'number' && typeof peak === 'number' && typeof total === 'number'
      return [shard, known ? { current, peak, total } : null] as const
    })
  return {
    span,
    moments: startsOfSpans(stretch, span).map((at) => ({ at, perShard: Object.fromEntries(statsAt(at)) })),
  }
}

/** All zeros at every moment: RedisGears counts nothing (OverridePythonAllocators is off). */
export function isUncounted(moments: readonly MemoryMoment[]): boolean {
  const known = moments.flatMap(({ perShard }) => Object.values(perShard).filter((stats) => stats !== null))
  return known.length > 0 && known.every(({ current, peak, total }) => current === 0 && peak === 0 && total === 0)
}

/** Of peaks, which are of different moments and have no sum: the highest, where each shard's is known. */
const highest = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((most, value) => (most === null || value === null ? null : Math.max(most, value)), 0)

/** What each shard held, and that of all together: the sum of what they hold, the highest of their peaks. */
export const heldPoints = (moments: readonly MemoryMoment[], measure: MemoryMeasure): readonly MemoryPoint[] =>
  moments.map(({ at, perShard }) => {
    const values = mapped(perShard, (stats) => stats[measure])
    const all = Object.values(values)
    return { at, values: { ...values, [ALL_SHARDS]: measure === 'current' ? sum(all) : highest(all) } }
  })

/** A rate over a shorter time between two polls says little, ms. */
const RATE_WINDOW_MS = 5000

/** Bytes allocated per second, freed or not, since the moment 5 s or more before; unknown after a restart, which begins the count again. */
export function ratePoints(moments: readonly MemoryMoment[]): readonly MemoryPoint[] {
  let before = 0
  return moments.map(({ at, perShard }, i) => {
    while (before + 1 < i && at - (moments[before + 1]?.at ?? at) >= RATE_WINDOW_MS) before++
    const earlier = moments[before]
    const seconds = (at - (earlier?.at ?? at)) / 1000
    const values = mapped(perShard, ({ total }, shard) => {
      const then = earlier?.perShard[shard]
      return !then || seconds <= 0 || total < then.total ? null : (total - then.total) / seconds
    })
    return { at, values: { ...values, [ALL_SHARDS]: sum(Object.values(values)) } }
  })
}

const mapped = (
  perShard: MemoryMoment['perShard'],
  value: (stats: PythonStats, shard: string) => number | null,
): Record<string, number | null> =>
  Object.fromEntries(Object.entries(perShard).map(([shard, stats]) => [shard, stats && value(stats, shard)]))
