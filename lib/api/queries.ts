import { queryOptions } from '@tanstack/react-query'
import type { ViewPage } from '@/lib/model/record/saved-view'
import { call } from './call'
import { contract } from './contract'
import { historyQueries } from './history-queries'
import { registrationQueries } from './registration-queries'

/** One entry per GET endpoint. Lists that the live feed keeps (executions, registrations, shards, samples) are read through `live.ts`. */
export const queries = {
  ...historyQueries,
  ...registrationQueries,
  health: () =>
    queryOptions({
      queryKey: ['health'],
      queryFn: ({ signal }) => call(contract.health, { signal }),
      staleTime: Infinity,
    }),
  me: () =>
    queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => call(contract.me, { signal }), staleTime: 60_000 }),
  connections: () =>
    queryOptions({ queryKey: ['connections'], queryFn: ({ signal }) => call(contract.connections, { signal }) }),
  execution: (connection: string, id: string, epoch?: number) =>
    queryOptions({
      queryKey: epoch === undefined ? [connection, 'execution', id] : [connection, 'execution', id, epoch],
      queryFn: ({ signal }) => call(contract.execution, { params: { connection, id }, query: { epoch }, signal }),
    }),
  registration: (connection: string, id: string) =>
    queryOptions({
      queryKey: [connection, 'registration', id],
      queryFn: ({ signal }) => call(contract.registration, { params: { connection, id }, signal }),
    }),
  views: (connection: string, page: ViewPage) =>
    queryOptions({
      queryKey: [connection, 'views', page],
      queryFn: ({ signal }) => call(contract.views, { params: { connection }, query: { page }, signal }),
    }),
  memory: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'memory'],
      queryFn: ({ signal }) => call(contract.memory, { params: { connection }, signal }),
    }),
  cluster: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'cluster'],
      queryFn: ({ signal }) => call(contract.cluster, { params: { connection }, signal }),
    }),
  /** `keys`: user-defined ones to ask for besides the module's own, comma-separated. */
  config: (connection: string, keys?: string) =>
    queryOptions({
      queryKey: [connection, 'config', keys ?? ''],
      queryFn: ({ signal }) => call(contract.config, { params: { connection }, query: { keys }, signal }),
    }),
  requirements: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'requirements'],
      queryFn: ({ signal }) => call(contract.requirements, { params: { connection }, signal }),
    }),
  sessions: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'sessions'],
      queryFn: ({ signal }) => call(contract.sessions, { params: { connection }, signal }),
    }),
  profile: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'profile'],
      queryFn: ({ signal }) => call(contract.profile, { params: { connection }, signal }),
    }),
  profiledRun: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'profiled-run'],
      queryFn: ({ signal }) => call(contract.profiledRun, { params: { connection }, signal }),
    }),
  sessionProfile: (connection: string, id: string) =>
    queryOptions({
      queryKey: [connection, 'session-profile', id],
      queryFn: ({ signal }) => call(contract.sessionProfile, { params: { connection, id }, signal }),
    }),
}
