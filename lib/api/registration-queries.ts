import { queryOptions } from '@tanstack/react-query'
import { call } from './call'
import { contract } from './contract'

export const registrationQueries = {
  registrationTrends: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'registration-trends'],
      queryFn: ({ signal }) => call(contract.registrationTrends, { params: { connection }, signal }),
    }),
  /** @param registration only of this one, with the fields of entries that nobody finishes */
  streams: (connection: string, registration?: string) =>
    queryOptions({
      queryKey: [connection, 'streams', registration ?? ''],
      queryFn: ({ signal }) => call(contract.streams, { params: { connection }, query: { registration }, signal }),
    }),
  sourceFindings: (connection: string) =>
    queryOptions({
      queryKey: [connection, 'source-findings'],
      queryFn: ({ signal }) => call(contract.sourceFindings, { params: { connection }, signal }),
    }),
}
