import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { WATCHDOG } from '@/lib/model/record/audit'
import { call } from './call'
import { contract } from './contract'
import type { QueryInput } from './endpoint'

/** Without what names the page. */
type HistoryFilter = Omit<QueryInput<typeof contract.historyExecutions>, 'cursor' | 'limit'>

type SourceFilter = Pick<QueryInput<typeof contract.sources>, 'name' | 'session'>

/** No cursor yet. */
const FIRST = ''

/** What the recorder remembers; lists come in pages, `next` of one is the cursor of the following. */
export const historyQueries = {
  historyStats: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'history'],
      queryFn: ({ signal }) => call(contract.historyStats, { params: { connection }, signal }),
    }),
  historyExecutions: (connection: string, filter: HistoryFilter = {}) =>
    infiniteQueryOptions({
      queryKey: [connection, 'history-executions', filter],
      queryFn: ({ pageParam, signal }) =>
        call(contract.historyExecutions, {
          params: { connection },
          query: { ...filter, limit: 500, cursor: pageParam || undefined },
          signal,
        }),
      initialPageParam: FIRST,
      getNextPageParam: ({ next }) => next ?? undefined,
      placeholderData: keepPreviousData,
    }),
  /** The newest execution that an error group has. */
  historyExample: (connection: string, errorGroup: number) =>
    queryOptions({
      queryKey: [connection, 'history-example', errorGroup],
      queryFn: ({ signal }) =>
        call(contract.historyExecutions, { params: { connection }, query: { errorGroup, limit: 1 }, signal }),
    }),
  historySeries: (connection: string, query: QueryInput<typeof contract.historySeries>) =>
    queryOptions({
      queryKey: [connection, 'history-series', query],
      queryFn: ({ signal }) => call(contract.historySeries, { params: { connection }, query, signal }),
      placeholderData: keepPreviousData,
    }),
  historyFunctions: (connection: string, query: QueryInput<typeof contract.historyFunctions>) =>
    queryOptions({
      queryKey: [connection, 'history-functions', query],
      queryFn: ({ signal }) => call(contract.historyFunctions, { params: { connection }, query, signal }),
      placeholderData: keepPreviousData,
    }),
  memoryGrowth: (connection: string, query: QueryInput<typeof contract.memoryGrowth>) =>
    queryOptions({
      queryKey: [connection, 'memory-growth', query],
      queryFn: ({ signal }) => call(contract.memoryGrowth, { params: { connection }, query, signal }),
      placeholderData: keepPreviousData,
    }),
  deployments: (connection: string, query: QueryInput<typeof contract.deployments>) =>
    queryOptions({
      queryKey: [connection, 'deployments', query],
      queryFn: ({ signal }) => call(contract.deployments, { params: { connection }, query, signal }),
      placeholderData: keepPreviousData,
    }),
  historyErrors: (connection: string, query: QueryInput<typeof contract.historyErrors> = {}) =>
    queryOptions({
      queryKey: [connection, 'history-errors', query],
      queryFn: ({ signal }) => call(contract.historyErrors, { params: { connection }, query, signal }),
    }),
  historyRegistrations: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'history-registrations'],
      queryFn: ({ signal }) => call(contract.historyRegistrations, { params: { connection }, signal }),
    }),
  lostRegistration: (connection: string, id: string) =>
    queryOptions({
      queryKey: [connection, 'lost-registration', id],
      queryFn: ({ signal }) => call(contract.lostRegistration, { params: { connection, id }, signal }),
    }),
  sources: (connection: string, filter: SourceFilter = {}) =>
    infiniteQueryOptions({
      queryKey: [connection, 'sources', filter],
      queryFn: ({ pageParam, signal }) =>
        call(contract.sources, {
          params: { connection },
          query: { ...filter, cursor: pageParam || undefined },
          signal,
        }),
      initialPageParam: FIRST,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),
  source: (connection: string, id: string) =>
    queryOptions({
      queryKey: [connection, 'source', id],
      queryFn: ({ signal }) => call(contract.source, { params: { connection, id }, signal }),
    }),
  /** The last aborts of the watchdog, newest first. */
  watchdogAborts: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'audit', 'watchdog'],
      queryFn: ({ signal }) =>
        call(contract.audit, { params: { connection }, query: { who: WATCHDOG, limit: 5 }, signal }),
    }),
  audit: (connection: string, action?: string) =>
    infiniteQueryOptions({
      queryKey: [connection, 'audit', action ?? null],
      queryFn: ({ pageParam, signal }) =>
        call(contract.audit, { params: { connection }, query: { action, cursor: pageParam || undefined }, signal }),
      initialPageParam: FIRST,
      getNextPageParam: ({ next }) => next ?? undefined,
      placeholderData: keepPreviousData,
    }),
}
