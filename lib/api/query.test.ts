import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, test } from 'vitest'
import { serveFetch } from '@/test/serve-fetch'
import { contract } from './contract'
import type { AnyEndpoint } from './endpoint'
import { endpointPages, endpointQuery, queryKey } from './query'

const asked: (string | undefined)[] = []

beforeEach(async () => {
  asked.length = 0
  await serveFetch((request, response) => {
    asked.push(request.url)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ next: asked.length < 2 ? '17' : null }))
  })
})

test('parameters go into the path where it names them, else into the query', async () => {
  const client = new QueryClient()
  await client.fetchQuery(endpointQuery('me'))
  await client.fetchQuery(endpointQuery('execution', { connection: 'a b', id: 'x/1', epoch: 2 }))
  await client.fetchQuery(endpointQuery('execution', { connection: 'a', id: '..', epoch: undefined }))
  await client.fetchQuery(
    endpointQuery('historySeries', { connection: 'a', kind: 'memory', subject: 's', from: 0, to: 9 }),
  )
  expect(asked).toEqual([
    '/api/me',
    '/api/a%20b/executions/x%2F1?epoch=2',
    '/api/a/executions/-?id=..',
    '/api/a/history/series?kind=memory&subject=s&from=0&to=9',
  ])
})

test('pages follow the cursor, with the same parameters', async () => {
  const client = new QueryClient()
  await client.fetchInfiniteQuery({
    ...endpointPages('historyExecutions', { connection: 'a', q: 'status:ok' }),
    pages: 3,
  })
  expect(asked).toEqual([
    '/api/a/history/executions?q=status%3Aok&limit=500',
    '/api/a/history/executions?q=status%3Aok&limit=500&cursor=17',
  ])
})

test('a key with some parameters matches the queries that have them, and no others', async () => {
  const client = new QueryClient()
  const queries = [
    endpointQuery('execution', { connection: 'a', id: '1', epoch: 3 }),
    endpointQuery('execution', { connection: 'a', id: '2' }),
    endpointQuery('execution', { connection: 'b', id: '1' }),
    endpointQuery('registration', { connection: 'a', id: '1' }),
  ]
  for (const { queryKey } of queries) client.setQueryData(queryKey, {})
  client.setQueryData(endpointPages('sources', { connection: 'a', session: 's' }).queryKey, {
    pages: [],
    pageParams: [],
  })
  const matching = (key: readonly unknown[]) =>
    client
      .getQueryCache()
      .findAll({ queryKey: key })
      .map((query) => query.queryKey)
  expect(matching(queryKey('execution', { connection: 'a', id: '1' }))).toEqual([queries[0]?.queryKey])
  expect(matching(queryKey('execution', { connection: 'a' }))).toHaveLength(2)
  expect(matching(queryKey('sources', { connection: 'a' }))).toHaveLength(1)
  expect(matching(queryKey('sources', { connection: 'b' }))).toEqual([])
})

test('no endpoint has a name both in its path and in its query', () => {
  const both = Object.entries<AnyEndpoint>(contract).flatMap(([name, { path, query }]) =>
    Object.keys(query && 'shape' in query && typeof query.shape === 'object' ? (query.shape ?? {}) : {}).flatMap(
      (each) => (path.includes(`{${each}}`) ? [`${name}: ${each}`] : []),
    ),
  )
  expect(both).toEqual([])
})
