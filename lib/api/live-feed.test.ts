import { createServer, type Server } from 'node:http'
import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveDelta } from './contract'
import { liveKeys } from './live-cache'
import { LiveFeed, type Stream } from './live-feed'

class FakeStream implements Stream {
  readyState = 1
  closed = false
  private readonly listeners = new Map<string, (event: { readonly data?: unknown }) => void>()

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.listeners.set(type, listener)
  }

  close(): void {
    this.closed = true
  }

  send(delta: Partial<LiveDelta>): void {
    const whole = {
      full: false,
      shards: [],
      executions: { upserts: [], removed: [] },
      registrations: { upserts: [], removed: [] },
      samples: [],
      ...delta,
    }
    this.listeners.get('delta')?.({ data: JSON.stringify(whole) })
  }

  fail(closed = false): void {
    if (closed) this.readyState = 2
    this.listeners.get('error')?.({})
  }
}

let server: Server
let asked: string[]
let signedIn: boolean
let streams: FakeStream[]
let feed: LiveFeed
let client: QueryClient

const reply = (url: string): unknown => {
  if (url.startsWith('/api/connections')) return { connections: [{ name: 'default', status: 'live' }] }
  if (url.includes('/executions')) {
    return { version: 8, full: !url.includes('since'), removed: [], shards: [], executions: [{ key: 'polled' }] }
  }
  if (url.includes('/registrations')) return { version: 7, full: true, removed: [], shards: [], registrations: [] }
  return { shards: [], samples: [] }
}

beforeEach(async () => {
  asked = []
  streams = []
  signedIn = true
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (signedIn) response.end(JSON.stringify(reply(request.url ?? '')))
    else response.writeHead(401).end(JSON.stringify({ error: { code: 'unauthenticated', message: 'Sign in.' } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const origin = `http://127.0.0.1:${address.port}`
  const real = globalThis.fetch
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => real(origin + path, init))
  client = new QueryClient()
  const openStream = (url: string) => {
    const stream = new FakeStream(url)
    streams.push(stream)
    return stream
  }
  feed = new LiveFeed(client, 'default', { openStream, pollMs: 5, retryMs: 1, streamAgainMs: 60_000 })
})

afterEach(async () => {
  feed.stop()
  vi.unstubAllGlobals()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const stream = async (at: number): Promise<FakeStream> => {
  await expect.poll(() => streams.length).toBeGreaterThan(at)
  const found = streams[at]
  if (!found) throw new Error(`no stream ${at}`)
  return found
}

test('deltas land in the cache, and a pause resumes from the last version', async () => {
  feed.start()
  const first = await stream(0)
  expect(first.url).toBe('/api/default/live')
  first.send({ version: 41, samples: [] })
  expect(feed.getState()).toMatchObject({ mode: 'streaming', error: null })
  expect(client.getQueryData(liveKeys.shards('default'))).toEqual([])
  feed.pause()
  expect(first.closed).toBe(true)
  expect(feed.getState().mode).toBe('paused')
  first.send({ version: 99 })
  expect(feed.getState().mode).toBe('paused')
  feed.resume()
  expect((await stream(1)).url).toBe('/api/default/live?since=41')
})

test('a stream that the server closed is opened again from where it was', async () => {
  feed.start()
  const first = await stream(0)
  first.send({ version: 5 })
  first.fail(true)
  expect(feed.getState().mode).toBe('retrying')
  expect((await stream(1)).url).toBe('/api/default/live?since=5')
})

test('a stream that keeps failing gives way to polling, which asks only for what changed', async () => {
  feed.start()
  const first = await stream(0)
  first.fail()
  first.fail()
  first.fail()
  await expect.poll(() => asked).toContain('/api/default/executions?since=8')
  expect(feed.getState().mode).toBe('polling')
  expect(asked).toContain('/api/default/executions')
  expect(asked).toContain('/api/default/registrations?since=7')
  expect(client.getQueryData(liveKeys.executions('default'))).toMatchObject({ rows: [{ key: 'polled' }] })
  expect(client.getQueryData(liveKeys.connection('default'))).toMatchObject({ status: 'live' })
})

test('signed out while polling: it says so and has the session asked again', async () => {
  signedIn = false
  client.setQueryData(['me'], { signedIn: true })
  feed.start()
  const first = await stream(0)
  for (let i = 0; i < 3; i++) first.fail()
  await expect.poll(() => feed.getState().error).not.toBeNull()
  await expect.poll(() => asked.length).toBeGreaterThanOrEqual(4)
  expect(feed.getState()).toMatchObject({ mode: 'retrying', error: 'Sign in.' })
  expect(client.getQueryState(['me'])?.isInvalidated).toBe(true)
})
