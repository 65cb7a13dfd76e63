'use client'

import { useQueries, useQuery } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { useNow } from '@/components/shared/clock'
import { useConnectionName, useShards } from '@/lib/api/live'
import { queries } from '@/lib/api/queries'
import { bucketsOfSeries } from '@/lib/model/series-view'

const HOUR_MS = 3_600_000
/** Bars of a chart. */
const POINTS = 100

export const RANGES = ['15m', '1h', '24h', '7d'] as const
export type Range = (typeof RANGES)[number]

/** Length, and how often it is asked for anew, ms. The shortest is what the live feed keeps. */
const RECORDED = {
  '15m': undefined,
  '1h': { spanMs: HOUR_MS, stepMs: 15_000 },
  '24h': { spanMs: 24 * HOUR_MS, stepMs: 60_000 },
  '7d': { spanMs: 7 * 24 * HOUR_MS, stepMs: 300_000 },
} as const satisfies Record<Range, { readonly spanMs: number; readonly stepMs: number } | undefined>

/** The range in the URL, and what is on record for it; `recorded` is undefined for the live one, and until the first answer. */
export function useRange() {
  const connection = useConnectionName()
  const shards = useShards() ?? []
  const [range, setRange] = useQueryState('range', parseAsStringLiteral(RANGES).withDefault('15m'))
  const asked = RECORDED[range]
  const now = useNow(asked?.stepMs ?? HOUR_MS)
  const to = asked ? Math.ceil(now / asked.stepMs) * asked.stepMs : 0
  const from = to - (asked?.spanMs ?? 0)
  const span = { from, to, points: POINTS }
  const enabled = asked !== undefined && now > 0
  const activity = useQuery({ ...queries.historySeries(connection, { kind: 'activity', ...span }), enabled })
  const memory = useQueries({
    queries: shards.map(({ key }) => ({
      ...queries.historySeries(connection, { kind: 'memory', subject: key, ...span }),
      enabled,
    })),
    combine: (results) => results.map(({ data }) => data),
  })
  const keys = shards.map(({ key }) => key).join(' ')
  const recorded = useMemo(() => {
    if (!enabled || !activity.data) return undefined
    const known = keys.split(' ').flatMap((key, i) => {
      const series = memory[i]
      return series ? [[key, series] as const] : []
    })
    return bucketsOfSeries(activity.data, new Map(known), { from, to })
  }, [enabled, activity.data, memory, keys, from, to])
  return { range, setRange, recorded, spanMs: asked?.spanMs, error: enabled ? activity.error : null }
}
