'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import type { Gap } from '@/components/ui/charts'
import { useConnectionName, useConnectionState, useSamples } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import {
  ACTIVITY_POINTS,
  type ActivityGap,
  type ActivityRange,
  activityBuckets,
  activityGaps,
  coveredFrom,
  type RangeWords,
  rangeInWords,
  rangeOver,
  rangeUntil,
  watchedSince,
} from '@/lib/model/record/activity'
import type { RecordedSeries } from '@/lib/model/record/history'
import type { Sample } from '@/lib/model/record/sample'
import type { Bucket } from '@/lib/model/record/sample-view'
import { endedIn, type TimeSpan, unseenIn } from '@/lib/model/record/series-view'
import { stepFitting } from '@/lib/model/record/steps'
import { useNow } from '../time/clock'
import { useGaps } from './use-gaps'
import { useMemoryRecord } from './use-memory-record'
import { RANGE_MS, type TimeRange } from './use-time-range'

/** How often history is asked again while it holds what the samples do not, ms. */
const REFRESH_MS = 15_000
const LONG_REFRESH_MS = 60_000
/** Of a range that ends now: history is asked for in steps of at least this, ms. */
const LEAST_STEP_MS = 60_000

const NO_SAMPLES: readonly Sample[] = []
const NO_MEMORY: ReadonlyMap<string, RecordedSeries> = new Map()

/** The one count of what happened in a range: every page that counts it shows these figures. */
export interface RangeActivity {
  readonly range: ActivityRange
  /** It ends now. */
  readonly live: boolean
  readonly buckets: readonly Bucket[]
  /** Executions whose end was seen in it, by outcome. */
  readonly ended: ReturnType<typeof endedIn>
  /** Executions found in it that had ended before Gearboard first looked: in lists, in no chart. */
  readonly unseen: ReturnType<typeof unseenIn>
  /** Some of it was watched: without that its zeros mean nothing. */
  readonly watched: boolean
  readonly gaps: readonly Gap[]
  readonly words: RangeWords
}

interface ActivityOptions {
  /** Python memory of each shard as well, and which shards were silent in history. */
  readonly memory?: boolean
}

/**
 * Activity in a range: a length that ends now, or from one moment to another. From what the hub saw, and from history where that does not
 * reach. `activity` is undefined until the first answer; while another range loads it is the one before.
 */
export function useActivity(time: ActivityTime, { memory = false }: ActivityOptions = {}) {
  const connection = useConnectionName()
  const samples = useSamples()
  const historyOff = useConnectionState()?.history?.role === 'off'
  const seconds = useNow()
  // A sample may be newer than the page's last tick.
  const now = seconds === 0 ? 0 : Math.max(seconds, samples?.at(-1)?.at ?? 0)
  const live = time.range !== null
  const asked = useAsked(time)
  const guessMs = stepFitting(spanOf(time), ACTIVITY_POINTS)
  const from = live && now > 0 ? rangeUntil(now, spanOf(time)).from : asked?.from
  const needed = samples !== undefined && from !== undefined && !historyOff && coveredFrom(samples, guessMs) > from
  const { data, error, isPlaceholderData } = useQuery({
    ...endpointQuery('historySeries', {
      connection,
      kind: 'activity',
      points: ACTIVITY_POINTS,
      ...(asked ?? NOTHING),
    }),
    enabled: needed && asked !== undefined,
    refetchInterval: live && (guessMs > LEAST_STEP_MS ? LONG_REFRESH_MS : REFRESH_MS),
  })
  const memories = useMemoryRecord(needed && memory ? asked : undefined, ACTIVITY_POINTS)
  // What another range left behind says nothing of this one, unless it is the same one a minute ago.
  const recorded = needed && !(isPlaceholderData && (!live || data?.stepMs !== guessMs)) ? data : undefined
  const waits = now === 0 || !samples || (needed && recorded === undefined && error === null)

  const stepMs = live ? guessMs : (recorded?.stepMs ?? guessMs)
  const range = useMemo((): ActivityRange | undefined => {
    if (time.range !== null) return now === 0 ? undefined : rangeUntil(now, RANGE_MS[time.range])
    return time.recorded && rangeOver(time.recorded, stepMs)
  }, [time.range, time.recorded, now, stepMs])
  const record = memories.record ?? NO_MEMORY
  const buckets = useMemo(
    () => range && activityBuckets({ range, now, samples: samples ?? NO_SAMPLES, recorded, memory: record }),
    [range, now, samples, recorded, record],
  )
  const gaps = useGaps(useMemo(() => (buckets ? activityGaps(buckets, stepMs, now) : NO_GAPS), [buckets, stepMs, now]))
  const first = samples?.[0]?.at
  const fresh = useMemo((): RangeActivity | undefined => {
    if (waits || !range || !buckets) return undefined
    const start = watchedSince(buckets)
    // Of the bucket that the first sample is in, only the rest was watched.
    const since = start !== undefined && first !== undefined && first - start < stepMs ? Math.max(start, first) : start
    return {
      range,
      live,
      buckets,
      ended: endedIn(buckets),
      unseen: unseenIn(buckets),
      watched: since !== undefined,
      gaps,
      words: rangeInWords(range, { live, since, now }),
    }
  }, [waits, range, buckets, gaps, live, first, now, stepMs])
  const last = useRef<{ readonly connection: string; readonly activity: RangeActivity }>(undefined)
  if (fresh) last.current = { connection, activity: fresh }
  const before = last.current?.connection === connection ? last.current.activity : undefined
  return { activity: fresh ?? before, error: needed ? (error ?? memories.error ?? null) : null }
}

type ActivityTime = Pick<TimeRange, 'range' | 'recorded'>

/** A range that is not asked for. */
const NOTHING = { from: 0, to: 1 }
const NO_GAPS: readonly ActivityGap[] = []

const spanOf = ({ range, recorded }: ActivityTime): number =>
  range === null ? (recorded ? recorded.to - recorded.from : LEAST_STEP_MS) : RANGE_MS[range]

/** What history is asked for. Of a range that ends now somewhat more, so that the same question serves for a while. */
function useAsked(time: ActivityTime): TimeSpan | undefined {
  const spanMs = spanOf(time)
  const moreMs = Math.max(LEAST_STEP_MS, stepFitting(spanMs, ACTIVITY_POINTS))
  const now = useNow(moreMs)
  const chosen = time.range === null ? time.recorded : undefined
  const live = time.range !== null
  return useMemo(() => {
    if (!live) return chosen
    return now > 0 ? { from: now - moreMs - spanMs, to: now } : undefined
  }, [live, chosen, now, moreMs, spanMs])
}
