'use client'

import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from 'next/navigation'
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { ShardState } from '@/lib/model/cluster/shard'
import type { ConnectionState } from '@/lib/model/connection/connection'
import type { Execution } from '@/lib/model/executions/execution'
import type { RowList } from '@/lib/model/list/row-list'
import type { Sample } from '@/lib/model/record/sample'
import type { Registration } from '@/lib/model/registrations/registration'
import { readSegment } from '@/lib/model/text/path-segment'
import { executionKey, type Keyed, liveKeys, rowOfKey } from './live-cache'
import { type FeedState, LiveFeed } from './live-feed'

export interface PausableFeed extends FeedState {
  readonly pause: () => void
  readonly resume: () => void
}

const BEFORE_MOUNT: FeedState = { mode: 'connecting', receivedAt: null, error: null }

/** Runs the connection's feed while mounted. Once per connection, in its layout; everyone else reads the selectors below. */
export function useLive(connection: string): PausableFeed {
  const client = useQueryClient()
  const feed = useMemo(() => new LiveFeed(client, connection), [client, connection])
  useEffect(() => {
    feed.start()
    const seen = () => document.visibilityState === 'visible' && feed.check()
    window.addEventListener('online', feed.reconnect)
    document.addEventListener('visibilitychange', seen)
    return () => {
      window.removeEventListener('online', feed.reconnect)
      document.removeEventListener('visibilitychange', seen)
      feed.stop()
    }
  }, [feed])
  const state = useSyncExternalStore(feed.subscribe, feed.getState, () => BEFORE_MOUNT)
  return useMemo(() => ({ ...state, pause: feed.pause, resume: feed.resume }), [state, feed])
}

/** The name of the connection in the address: `/default/executions`. */
export function useConnectionName(): string {
  const { connection } = useParams()
  return typeof connection === 'string' ? readSegment(connection) : ''
}

/** Nothing fetches here: the feed writes, these read. Undefined until the first answer. */
function useSlice<T, Selected = T>(queryKey: readonly unknown[], select?: (data: T) => Selected): Selected | undefined {
  return useQuery<T, Error, Selected>({
    queryKey,
    queryFn: skipToken,
    ...(select && { select }),
    structuralSharing: false,
  }).data
}

/** What the server reported; undefined before its first reply, since an empty list would say that there is nothing. */
function useTold<T, Selected = T>(queryKey: readonly unknown[], select?: (data: T) => Selected): Selected | undefined {
  const answered = useSlice<boolean>(liveKeys.answered(useConnectionName()))
  const told = useSlice<T, Selected>(queryKey, select)
  return answered ? told : undefined
}

const rowsOf = <T>(keyed: Keyed<T>): readonly T[] => keyed.rows

export const useConnectionState = (): ConnectionState | undefined =>
  useSlice<ConnectionState>(liveKeys.connection(useConnectionName()))

export const useShards = (): readonly ShardState[] | undefined =>
  useTold<readonly ShardState[]>(liveKeys.shards(useConnectionName()))

/** In the order of their first appearance; pages sort. */
export const useExecutions = (): readonly Execution[] | undefined =>
  useTold<Keyed<Execution>, readonly Execution[]>(liveKeys.executions(useConnectionName()), rowsOf)

/** The same with what each delta changed, for what would be costly to compute of all. */
export const useLiveExecutions = (): RowList<Execution> | undefined =>
  useTold<Keyed<Execution>>(liveKeys.executions(useConnectionName()))

export const useRegistrations = (): readonly Registration[] | undefined =>
  useTold<Keyed<Registration>, readonly Registration[]>(liveKeys.registrations(useConnectionName()), rowsOf)

/** The registrations at the time of the call, also after the component is gone: what a toast does, it does later. */
export function useRegistrationsNow(): () => readonly Registration[] {
  const client = useQueryClient()
  const key = liveKeys.registrations(useConnectionName())
  return () => client.getQueryData<Keyed<Registration>>(key)?.rows ?? []
}

/** The same with what each delta changed. */
export const useLiveRegistrations = (): RowList<Registration> | undefined =>
  useSlice<Keyed<Registration>>(liveKeys.registrations(useConnectionName()))

/** The kept samples, oldest first. */
export const useSamples = (): readonly Sample[] | undefined =>
  useTold<readonly Sample[]>(liveKeys.samples(useConnectionName()))

/** What has a key in the list now. */
export function useExecutionNow(): (key: string) => Execution | undefined {
  const keyed = useSlice<Keyed<Execution>>(liveKeys.executions(useConnectionName()))
  return useCallback((key) => keyed && rowOfKey(keyed, executionKey, key), [keyed])
}

/** One row of the list, by its key; undefined when it is not known. */
export function useExecutionRow(key: string): Execution | undefined {
  const pick = useCallback((keyed: Keyed<Execution>) => rowOfKey(keyed, executionKey, key), [key])
  return useSlice<Keyed<Execution>, Execution | undefined>(liveKeys.executions(useConnectionName()), pick)
}
