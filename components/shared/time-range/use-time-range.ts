'use client'

import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import type { TimeSpan } from '@/lib/model/record/series-view'
import { SHORTEST_RANGE_MS } from '@/lib/model/record/typed-range'
import { useNow } from '../time/clock'

const HOUR_MS = 3_600_000

export const RANGES = ['15m', '1h', '24h', '7d', '30d'] as const
export type RangeName = (typeof RANGES)[number]

/** Of each range, ms. */
export const RANGE_MS = {
  '15m': HOUR_MS / 4,
  '1h': HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 7 * 24 * HOUR_MS,
  '30d': 30 * 24 * HOUR_MS,
} as const satisfies Record<RangeName, number>

/** How often it is asked for again, ms. The shortest is what the live feed keeps. */
const REFRESH_MS = {
  '15m': undefined,
  '1h': 15_000,
  '24h': 60_000,
  '7d': 300_000,
  '30d': 900_000,
} as const satisfies Record<RangeName, number | undefined>

export interface TimeRange {
  /** Null for a custom range. */
  readonly range: RangeName | null
  /** From history; undefined while the live feed shows its last minutes, and before the clock is known. */
  readonly recorded: TimeSpan | undefined
  readonly setRange: (range: RangeName) => void
  /** From a custom range to the one that was chosen before, which ends now. */
  readonly backToLive: () => void
  /** Zooms to a range of at least 10 s; the browser's Back undoes it. */
  readonly zoom: (from: number, to: number) => void
}

/** The time shown (`first` until one is chosen), from the URL: a length that ends now, or from one moment to another. */
export function useTimeRange(first: RangeName = '15m'): TimeRange {
  const [{ range, from, to }, set] = useQueryStates(
    {
      range: parseAsStringLiteral(RANGES).withDefault(first).withOptions({ clearOnDefault: false }),
      from: parseAsInteger,
      to: parseAsInteger,
    },
    { history: 'push' },
  )
  const chosen = from !== null && to !== null && to - from >= SHORTEST_RANGE_MS
  const refreshMs = REFRESH_MS[range]
  const now = useNow(refreshMs ?? HOUR_MS)
  const latest = refreshMs && now > 0 ? Math.ceil(now / refreshMs) * refreshMs : undefined
  const [start, stop] = chosen ? [from, to] : [latest && latest - RANGE_MS[range], latest]
  const recorded = useMemo(
    () => (start === undefined || stop === undefined ? undefined : { from: start, to: stop }),
    [start, stop],
  )
  return {
    range: chosen ? null : range,
    recorded,
    setRange: (next) => void set({ range: next, from: null, to: null }),
    backToLive: () => void set({ from: null, to: null }),
    zoom: (begin, end) => {
      const missing = Math.max(0, SHORTEST_RANGE_MS - (end - begin)) / 2
      void set({ from: Math.floor(begin - missing), to: Math.ceil(end + missing) })
    },
  }
}
