'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { unreadableIn } from '@/components/shared/text/unreadable'
import { useDerived } from '@/components/shared/use-derived'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState, useLiveExecutions } from '@/lib/api/live'
import { endpointPages } from '@/lib/api/query'
import type { Execution } from '@/lib/model/executions/execution'
import { byStart, withRemembered } from '@/lib/model/executions/execution-list'
import { type RowList, rowList } from '@/lib/model/list/row-list'
import type { RememberedExecution } from '@/lib/model/record/history'
import type { TimeSpan } from '@/lib/model/record/series-view'

const STALE_MS = 60_000
/** The newest in history are mostly held as well: pages are read until this many others were found, or this many pages. */
const ENOUGH = 200
const MAX_PAGES_AHEAD = 10
/** The history is searched when typing pauses, ms. */
const PAUSE_MS = 300

export interface Remembered {
  /** There are older ones in history that were not looked at. */
  readonly more: boolean
  readonly loading: boolean
  /** The first answer to this question is there, or none will come. */
  readonly begun: boolean
  readonly loadMore: () => void
  /** How far back the record was searched: `firstSeen` of the last that was looked at, ms; null where all were, or none yet. */
  readonly searchedTo: number | null
  /** Entries that are damaged in history, and left out. */
  readonly unreadable: number
  /** Why the record could not be asked; null when all is well. */
  readonly problem: string | null
}

/**
 * The executions that the server or the hub holds, with those in history, as far as they are loaded.
 * @param span of their first-seen times, ms; undefined: not known yet
 */
export function useRemembered(filter: string, span: Partial<TimeSpan> | undefined) {
  const held = useLiveExecutions()
  const settled = useSettled(filter)
  const record = useRecord(settled, span, held !== undefined)
  const executions = useOneList(held, record.rows)
  const { more, loading, loadMore, pages } = record
  const tooFew = held !== undefined && executions !== undefined && executions.rows.length - held.rows.length < ENOUGH
  const ahead = settled === '' && pages > 0 && pages < MAX_PAGES_AHEAD
  useEffect(() => {
    if (tooFew && ahead && more && !loading) loadMore()
  }, [tooFew, ahead, more, loading, loadMore])
  return { held, executions, record: settled === filter ? record : { ...record, loading: true } }
}

const NONE = rowList<Execution>([], byStart)

function useOneList(
  held: RowList<Execution> | undefined,
  remembered: readonly RememberedExecution[],
): RowList<Execution> | undefined {
  const joining = useMemo(() => withRemembered(remembered), [remembered])
  const list = useDerived(joining, held ?? NONE)
  return held && list
}

function useRecord(filter: string, span: Partial<TimeSpan> | undefined, asked: boolean): Remembered & RecordRows {
  const connection = useConnectionName()
  const history = useConnectionState()?.history
  const off = history?.role === 'off'
  const query = useInfiniteQuery({
    ...endpointPages('historyExecutions', { connection, ...span, ...(filter !== '' && { q: filter }) }),
    enabled: asked && span !== undefined && !off,
    staleTime: STALE_MS,
  })
  const { data, hasNextPage, isFetching, fetchNextPage, error, isPlaceholderData } = query
  const rows = useMemo(() => data?.pages.flatMap(({ executions }) => executions) ?? [], [data])
  return useMemo(
    () => ({
      rows,
      pages: data?.pages.length ?? 0,
      more: hasNextPage,
      loading: isFetching,
      begun: off || error !== null || (data !== undefined && !isPlaceholderData),
      loadMore: () => void fetchNextPage(),
      searchedTo: (isPlaceholderData ? null : data?.pages.at(-1)?.searchedTo) ?? null,
      unreadable: unreadableIn(data?.pages),
      problem: off ? (history?.reason ?? null) : error ? describeError(error) : null,
    }),
    [rows, data, hasNextPage, isFetching, fetchNextPage, isPlaceholderData, off, history?.reason, error],
  )
}

interface RecordRows {
  readonly rows: readonly RememberedExecution[]
  readonly pages: number
}

function useSettled(filter: string): string {
  const [settled, setSettled] = useState(filter)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(filter), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [filter])
  return settled
}
