'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useConnectionName, useConnectionState, useExecutions } from '@/lib/api/live'
import { queries } from '@/lib/api/queries'
import type { Execution } from '@/lib/model/execution'
import { withRemembered } from '@/lib/model/execution-list'

const STALE_MS = 60_000
/** The newest on record are mostly held as well: pages are read until so many others came, or so many pages. */
const ENOUGH = 200
const MAX_PAGES_AHEAD = 10

export interface Remembered {
  /** There may be older ones on record. */
  readonly more: boolean
  readonly loading: boolean
  readonly loadMore: () => void
}

/** The executions that the server or the hub holds, followed by those on record, as far as they are loaded. */
export function useRemembered(): {
  readonly executions: readonly Execution[] | undefined
  readonly record: Remembered
} {
  const held = useExecutions()
  const connection = useConnectionName()
  const readable = useConnectionState()?.history?.role !== 'off'
  const query = useInfiniteQuery({
    ...queries.historyExecutions(connection),
    enabled: readable && held !== undefined,
    staleTime: STALE_MS,
  })
  const { data, hasNextPage, isFetching, fetchNextPage } = query
  const remembered = useMemo(() => data?.pages.flatMap(({ executions }) => executions) ?? [], [data])
  const executions = useMemo(() => held && withRemembered(held, remembered), [held, remembered])
  const pages = data?.pages.length ?? 0
  const tooFew = held !== undefined && executions !== undefined && executions.length - held.length < ENOUGH
  useEffect(() => {
    if (tooFew && pages > 0 && pages < MAX_PAGES_AHEAD && hasNextPage && !isFetching) void fetchNextPage()
  }, [tooFew, pages, hasNextPage, isFetching, fetchNextPage])
  return {
    executions,
    record: { more: hasNextPage, loading: isFetching, loadMore: () => void fetchNextPage() },
  }
}
