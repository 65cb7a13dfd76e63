'use client'

import { useQuery } from '@tanstack/react-query'
import { parseAsInteger, useQueryState } from 'nuqs'
import { useEffect } from 'react'
import { useConnectionName, useExecutionRow } from '@/lib/api/live'
import { queries } from '@/lib/api/queries'
import { isInFlight } from '@/lib/model/execution-view'

/** How often the detail is asked again, ms: while it runs, and while the server still lists it. */
const RUNNING_MS = 1000
const LISTED_MS = 15_000

/** One execution's detail, of the epoch in the URL or the latest: asked again while it runs, and at once when the list says that it changed. */
export function useExecution(key: string) {
  const connection = useConnectionName()
  const [epoch] = useQueryState('epoch', parseAsInteger)
  const row = useExecutionRow(key)
  const query = useQuery({
    ...queries.execution(connection, key, epoch ?? undefined),
    refetchInterval: ({ state: { data } }) => {
      if (!data?.live) return false
      return isInFlight(data) || data.outcome === 'unknown' ? RUNNING_MS : LISTED_MS
    },
  })
  const { refetch } = query
  const told = epoch === null && row && `${row.outcome} ${row.live}`
  const known = query.data && `${query.data.outcome} ${query.data.live}`
  useEffect(() => {
    if (told && known !== undefined && told !== known) void refetch()
  }, [told, known, refetch])
  return query
}
