import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { serveFetch } from '@/test/serve-fetch'
import type { LiveDelta } from './contract/connections'
import { liveKeys } from './live-cache'
import { type FeedOptions, LiveFeed } from './live-feed'
import type { Stream, StreamEvent, StreamSource } from './shared-stream'

class FakeStream implements Stream {
  readyState = 1
  closed = false
  waiting = false
  private readonly listeners = new Map<string, (event: StreamEvent) => void>()

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: (event: StreamEvent) => void): void {
    this.listeners.set(type, listener)
  }

  close(): void {
    this.closed = true
  }

  /** @param after of another tab's stream */
  send(delta: Partial<LiveDelta>, after?: number | null): void {
    const whole = {
      full: false,
      connection: { name: 'default', status: 'live' },
      shards: [],
      executions: { upserts: [], removed: [] },
      registrations: { upserts: [], removed: [] },
      samples: [],
      ...delta,
    }
    this.sendText(JSON.stringify(whole), after)
  }

  sendText(data: string, after?: number | null): void {
    this.listeners.get('delta')?.({ data, after })
  }

  beat(at = Date.now(), after?: number | null): void {
    this.listeners.get('beat')?.({ data: String(at), after })
  }

  fallBehind(): void {
    this.listeners.get('behind')?.({})
  }

  fail(closed = false): void {
    if (closed) this.readyState = 2
    this.listeners.get('error')?.({})
  }
}

let asked: string[]
/** What polls of this connection are answered with instead. */
let refusal: { readonly status: number; readonly code: string; readonly message: string } | undefined
let streams: FakeStream[]
let feed: LiveFeed
let client: QueryClient
/** What polls are answered with. */
let versions: { executions: number; registrations: number }

const reply = (url: string): unknown => {
  if (url.startsWith('/api/connections')) return { at: Date.now(), connections: [{ name: 'default', status: 'live' }] }
  if (url.includes('/executions')) {
    return {
      version: versions.executions,
      full: !url.includes('since'),
      removed: [],
      shards: [],
      executions: [{ key: 'polled' }],
    }
  }
  if (url.includes('/registrations'))
    return { version: versions.registrations, full: true, removed: [], shards: [], registrations: [] }
  return { shards: [], samples: [] }
}

beforeEach(async () => {
  asked = []
  streams = []
  refusal = undefined
  versions = { executions: 8, registrations: 7 }
  await serveFetch((request, response) => {
    asked.push(request.url ?? '')
    const { url = '' } = request
    if (!refusal || url.startsWith('/api/connections')) response.end(JSON.stringify(reply(url)))
    else response.writeHead(refusal.status).end(JSON.stringify({ error: refusal }))
  })
  client = new QueryClient()
  feed = feedWith()
})

function feedWith(options: FeedOptions = {}): LiveFeed {
  const openStream = ({ url }: StreamSource) => {
    const stream = new FakeStream(url())
    streams.push(stream)
    return stream
  }
  return new LiveFeed(client, 'default', { openStream, pollMs: 5, retryMs: 1, streamAgainMs: 60_000, ...options })
}

afterEach(async () => {
  feed.stop()
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

test('polls continue from the last delta of the stream that failed', async () => {
  feed.start()
  const first = await stream(0)
  first.send({ version: 41 })
  for (let i = 0; i < 3; i++) first.fail()
  await expect.poll(() => feed.getState().mode).toBe('polling')
  expect(asked.filter((url) => /executions|registrations/.test(url)).slice(0, 2)).toEqual([
    '/api/default/executions?since=41',
    '/api/default/registrations?since=41',
  ])
})

test.each([
  { executions: 8, registrations: 7, from: 7 },
  { executions: 3, registrations: 12, from: 3 },
  { executions: 5, registrations: 5, from: 5 },
])('after polls a stream resumes from the list that is behind: $executions and $registrations', async (polled) => {
  versions = polled
  feed.start()
  const first = await stream(0)
  for (let i = 0; i < 3; i++) first.fail()
  await expect.poll(() => feed.getState().mode).toBe('polling')
  feed.reconnect()
  expect((await stream(1)).url).toBe(`/api/default/live?since=${polled.from}`)
})

test('a stream that stands and carries nothing is not live: it says so, polls, and opens another', async () => {
  feed = feedWith({ silenceMs: 60 })
  feed.start()
  const first = await stream(0)
  first.send({ version: 5 })
  const modes: string[] = []
  feed.subscribe(() => modes.push(`${feed.getState().mode} ${feed.getState().error ?? ''}`))
  await expect.poll(() => modes).toContainEqual(expect.stringMatching(/^retrying Disconnected from Gearboard/))
  expect(first.closed).toBe(true)
  await expect.poll(() => modes).toContain('polling ')
  expect((await stream(1)).url).toMatch(/since=[578]$/)
  // A busy machine may have given up that one, too.
  await expect
    .poll(() => {
      streams.at(-1)?.send({ version: 9 })
      return feed.getState()
    })
    .toMatchObject({ mode: 'streaming', error: null })
})

test('heartbeats keep a stream live on which nothing changes', async () => {
  vi.useFakeTimers()
  try {
    feed = feedWith({ silenceMs: 12_000 })
    feed.start()
    const first = await stream(0)
    first.beat()
    expect(feed.getState().mode).toBe('connecting')
    first.send({ version: 5 })
    for (let i = 0; i < 20; i++) {
      await vi.advanceTimersByTimeAsync(5000)
      first.beat()
    }
    expect(feed.getState()).toMatchObject({ mode: 'streaming', error: null })
    expect(streams).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(14_000)
    expect(first.closed).toBe(true)
  } finally {
    feed.stop()
    vi.useRealTimers()
  }
})

test('a stream resumed where nothing has changed is live with its first heartbeat', async () => {
  feed.start()
  const first = await stream(0)
  first.send({ version: 5 })
  first.fail(true)
  const second = await stream(1)
  second.beat()
  expect(feed.getState().mode).toBe('streaming')
})

test('streams that never carry anything are tried now and then while polls go through', async () => {
  feed = feedWith({ silenceMs: 20, streamAgainMs: 20 })
  feed.start()
  await stream(4)
  await expect.poll(() => feed.getState().mode).toBe('polling')
  expect(streams.slice(0, 4).every(({ closed }) => closed)).toBe(true)
})

test('a network that changed is followed at once, and a feed that was paused stays so', async () => {
  feed.start()
  const first = await stream(0)
  first.send({ version: 5 })
  feed.reconnect()
  expect(first.closed).toBe(true)
  expect((await stream(1)).url).toBe('/api/default/live?since=5')
  feed.pause()
  feed.reconnect()
  expect(feed.getState().mode).toBe('paused')
  expect(streams).toHaveLength(2)
})

test('when a stream breaks, the session is asked again: the user may have signed out in another tab', async () => {
  client.setQueryData(['me'], { signedIn: true })
  feed.start()
  const first = await stream(0)
  first.send({ version: 5 })
  expect(client.getQueryState(['me'])?.isInvalidated).toBe(false)
  first.fail()
  expect(client.getQueryState(['me'])?.isInvalidated).toBe(true)
})

test('signed out while polling: it says so and has the session asked again', async () => {
  feed.start()
  const first = await stream(0)
  for (let i = 0; i < 3; i++) first.fail()
  await expect.poll(() => feed.getState().mode).toBe('polling')
  client.setQueryData(['me'], { signedIn: true })
  refusal = { status: 401, code: 'unauthenticated', message: 'Sign in.' }
  await expect.poll(() => feed.getState()).toMatchObject({ mode: 'retrying', error: 'Sign in.' })
  expect(client.getQueryState(['me'])?.isInvalidated).toBe(true)
})

test('a connection that was removed is gone, whatever its stream does, until there is one of that name again', async () => {
  feed = feedWith({ streamAgainMs: 20 })
  feed.start()
  const first = await stream(0)
  first.send({ version: 5 })
  refusal = { status: 404, code: 'not_found', message: 'No such connection.' }
  first.fail(true)
  await expect.poll(() => feed.getState()).toMatchObject({ mode: 'gone', error: 'No such connection.' })
  const modes: string[] = []
  feed.subscribe(() => modes.push(feed.getState().mode))
  for (const at of [1, 2, 3]) (await stream(at)).fail(true)
  await expect.poll(() => asked.filter((url) => url === '/api/connections').length).toBeGreaterThan(2)
  expect(new Set(modes)).toEqual(new Set(['gone']))
  refusal = undefined
  await expect.poll(() => feed.getState()).toMatchObject({ mode: 'polling', error: null })
})

test.each([
  { status: 503, code: 'busy', message: 'Later.' },
  { status: 403, code: 'forbidden', message: 'Not here.' },
  { status: 500, code: 'internal', message: 'A bug.' },
])('a connection whose polls are refused as $code is not gone', async (answer) => {
  refusal = answer
  feed.start()
  const first = await stream(0)
  first.fail(true)
  await expect.poll(() => feed.getState()).toMatchObject({ mode: 'retrying', error: answer.message })
})

test('a tab that comes late polls once for what there is, then follows the stream of another tab', async () => {
  versions = { executions: 8, registrations: 8 }
  feed.start()
  const shared = await stream(0)
  shared.waiting = true
  shared.fallBehind()
  await expect.poll(() => feed.getState().mode).toBe('polling')
  shared.send({ version: 9, executions: { upserts: [], removed: ['polled'] } }, 8)
  expect(feed.getState().mode).toBe('streaming')
  expect(client.getQueryData(liveKeys.executions('default'))).toMatchObject({ rows: [] })
  expect(streams).toHaveLength(1)
})

test.each([
  ['that begins after a gap', 12, 11],
  ['that is older than what is known', 4, 3],
  ['of a stream that had nothing before', 12, null],
])('a delta of another tab %s is not applied: the feed polls instead', async (_, version, after) => {
  feed = feedWith({ pollMs: 60_000 })
  versions = { executions: 20, registrations: 20 }
  feed.start()
  const shared = await stream(0)
  shared.send({ version: 10, full: true })
  shared.send({ version, executions: { upserts: [], removed: [] }, shards: [] }, after)
  await expect.poll(() => feed.getState().mode).toBe('polling')
  expect(asked).toContain('/api/default/executions?since=10')
  shared.send({ version: 21 }, 20)
  expect(feed.getState().mode).toBe('streaming')
})

test.each([
  ['with some of it known', 12, 8],
  ['that follows at once', 12, 10],
  ['with nothing new', 10, 10],
])('a delta of another tab %s is applied', async (_, version, after) => {
  feed.start()
  const shared = await stream(0)
  shared.send({ version: 10, full: true }, null)
  shared.send({ version }, after)
  expect(feed.getState().mode).toBe('streaming')
  feed.pause()
  feed.resume()
  expect((await stream(1)).url).toBe(`/api/default/live?since=${version}`)
  expect(asked).toEqual([])
})

test('everything anew from another tab counts, also with a lower version: the server may have started again', async () => {
  feed.start()
  const shared = await stream(0)
  shared.send({ version: 1000, full: true }, null)
  shared.send({ version: 7, full: true }, 1000)
  shared.send({ version: 8 }, 7)
  expect(feed.getState().mode).toBe('streaming')
  expect(asked).toEqual([])
})

test('a beat of another tab keeps the feed live only where both have the same version', async () => {
  versions = { executions: 12, registrations: 12 }
  feed.start()
  const shared = await stream(0)
  shared.send({ version: 10, full: true }, null)
  shared.beat(Date.now(), 10)
  expect(feed.getState().mode).toBe('streaming')
  shared.beat(Date.now(), 12)
  await expect.poll(() => feed.getState().mode).toBe('polling')
  shared.beat(Date.now(), 12)
  expect(feed.getState().mode).toBe('streaming')
})

test('a tab whose leading tab is frozen polls, and is live again when it hears from it', async () => {
  versions = { executions: 10, registrations: 10 }
  feed = feedWith({ silenceMs: 60 })
  feed.start()
  const shared = await stream(0)
  shared.send({ version: 10, full: true }, null)
  const again = await stream(1)
  expect(shared.closed).toBe(true)
  again.waiting = true
  again.fallBehind()
  await expect.poll(() => feed.getState().mode).toBe('polling')
  const polls = asked.length
  await expect.poll(() => asked.length).toBeGreaterThan(polls + 40)
  // Its silence means nothing while another tab leads.
  expect(again.closed).toBe(false)
  again.waiting = false
  again.beat(Date.now(), 10)
  expect(feed.getState().mode).toBe('streaming')
})

/** A delta of a connection, without `part`. */
const without = (part: string): string =>
  JSON.stringify(
    {
      version: 6,
      full: false,
      connection: { name: 'default' },
      shards: [],
      samples: [],
      executions: { upserts: [], removed: [] },
      registrations: { upserts: [], removed: [] },
    },
    (name, value: unknown) => (name === part ? undefined : value),
  )

test.each([
  ['no JSON', '{"version":6'],
  ['null', 'null'],
  ['no version', without('version')],
  ['no samples', without('samples')],
  ['no list of executions', without('executions')],
  ['lists without what was removed', without('removed')],
])('a message with %s is not applied: polls take over from what was there', async (_, text) => {
  feed.start()
  const first = await stream(0)
  first.sendText(without('nothing'))
  expect(feed.getState().mode).toBe('streaming')
  first.sendText(text)
  expect(feed.getState()).toMatchObject({ mode: 'retrying', error: expect.stringContaining('cannot read') })
  expect(first.closed).toBe(true)
  await expect.poll(() => asked).toContain('/api/default/executions?since=6')
})
