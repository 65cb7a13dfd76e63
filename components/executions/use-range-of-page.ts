'use client'

import { useQueryState } from 'nuqs'
import { useCallback, useState } from 'react'
import { useNow } from '@/components/shared/time/clock'
import { RANGE_MS, type TimeRange, useTimeRange } from '@/components/shared/time-range/use-time-range'
import { BEGAN_EARLIER_MS } from '@/lib/model/executions/ends'
import type { TimeSpan } from '@/lib/model/record/series-view'

const FIRST = '15m'
/** For a link with a filter and no range: links mean all that is in history, wherever they were saved. */
const FOR_LINKS = '30d'

/** The range of the page, and what keeps it where a filter is typed. */
export function useRangeOfPage(): { readonly time: TimeRange; readonly keepRange: () => void } {
  const [given, give] = useQueryState('range')
  const [filter] = useQueryState('q')
  const time = useTimeRange(given === null && filter ? FOR_LINKS : FIRST)
  const free = given === null && !filter
  const keepRange = useCallback(() => {
    if (free) void give(FIRST)
  }, [free, give])
  return { time, keepRange }
}

/** What is read of history in steps of, ms: visits to the page within one share their answers. */
const RECORD_STEP_MS = 600_000

/** The first-seen times that history is asked for. Of a range that ends now they stay as they were at first, so that loaded pages stay. */
export function useRecordSpan({
  range,
  recorded,
}: Pick<TimeRange, 'range' | 'recorded'>): Partial<TimeSpan> | undefined {
  const now = useNow(RECORD_STEP_MS)
  const [first, setFirst] = useState<{ readonly range: TimeRange['range']; readonly from: number }>()
  const current = first?.range === range ? first : undefined
  if (range !== null && now > 0 && !current)
    setFirst({ range, from: now - RECORD_STEP_MS - RANGE_MS[range] - BEGAN_EARLIER_MS })
  if (range === null) return recorded && { from: recorded.from - BEGAN_EARLIER_MS, to: recorded.to }
  return current && { from: current.from }
}
