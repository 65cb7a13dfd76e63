'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useMemoryRecord } from '@/components/shared/time-range/use-memory-record'
import { useTimeRange } from '@/components/shared/time-range/use-time-range'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { bucketsOfSeries } from '@/lib/model/record/series-view'

/** Bars of a chart. */
const POINTS = 100

/** The time shown, and what is in history for it; `buckets` is undefined for the live one, and until the first answer. */
export function useRange() {
  const connection = useConnectionName()
  const time = useTimeRange()
  const { recorded } = time
  const activity = useQuery({
    ...endpointQuery('historySeries', {
      connection,
      kind: 'activity',
      points: POINTS,
      ...(recorded ?? { from: 0, to: 1 }),
    }),
    enabled: recorded !== undefined,
  })
  const memory = useMemoryRecord(recorded, POINTS)
  const buckets = useMemo(
    () =>
      recorded && activity.data ? bucketsOfSeries(activity.data, memory.record ?? new Map(), recorded) : undefined,
    [activity.data, memory.record, recorded],
  )
  return { time, buckets, error: recorded ? activity.error : null }
}
