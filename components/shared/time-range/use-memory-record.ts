'use client'

import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useConnectionName, useShards } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { RecordedSeries } from '@/lib/model/record/history'
import type { TimeSpan } from '@/lib/model/record/series-view'

/** What is in history of each shard's memory, by its key; undefined until a shard's is there, or where nothing is asked. */
export function useMemoryRecord(stretch: TimeSpan | undefined, points: number) {
  const connection = useConnectionName()
  const shards = useShards()
  const keys = useMemo(() => (shards ?? []).map(({ key }) => key), [shards])
  const answers = useQueries({
    queries: keys.map((subject) => ({
      ...endpointQuery('historySeries', {
        connection,
        kind: 'memory',
        subject,
        points,
        ...(stretch ?? { from: 0, to: 1 }),
      }),
      enabled: stretch !== undefined,
    })),
    combine: (results) => ({ series: results.map(({ data }) => data), error: results.find((r) => r.error)?.error }),
  })
  const { series, error } = answers
  const record = useMemo((): ReadonlyMap<string, RecordedSeries> | undefined => {
    const known = keys.flatMap((key, i) => (series[i] ? [[key, series[i]] as const] : []))
    return known.length > 0 ? new Map(known) : undefined
  }, [keys, series])
  return { record: stretch && record, error: stretch && error }
}
