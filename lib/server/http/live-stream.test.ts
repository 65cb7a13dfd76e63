import { afterEach, expect, test, vi } from 'vitest'
import { connectionState } from '@/lib/model/testing'
import { Feed } from '../hub/publish/feed'
import { liveStream } from './live-stream'

/** A feed that nothing but the test publishes to. */
function hub() {
  const feed = new Feed(connectionState())
  const subject = { feed, viewers: 0, addViewer: () => () => {} }
  subject.addViewer = () => {
    subject.viewers++
    return () => {
      subject.viewers--
    }
  }
  return subject
}

/** The next delta; heartbeats are passed over. */
async function next(reader: ReadableStreamDefaultReader<Uint8Array>) {
  let value: Uint8Array | undefined
  do ({ value } = await reader.read())
  while (new TextDecoder().decode(value).startsWith('event: beat'))
  const [event, id, data] = new TextDecoder().decode(value).trimEnd().split('\n')
  const delta: unknown = JSON.parse(data?.slice('data: '.length) ?? 'null')
  return { event, id, delta }
}

test('the first message is everything, and a resumed one only what is missing', async () => {
  const subject = hub()
  subject.feed.publish({ shards: [] })
  const first = await next(liveStream(subject, undefined, { signal: new AbortController().signal }).getReader())
  expect(first).toMatchObject({ event: 'event: delta', id: `id: ${subject.feed.version}`, delta: { full: true } })
  const before = subject.feed.version
  subject.feed.publish({})
  const resumed = await next(liveStream(subject, before, { signal: new AbortController().signal }).getReader())
  expect(resumed.delta).toMatchObject({ full: false, version: before + 1 })
})

test('streams are given out up to a bound, of all and of one client, and again when one ends', () => {
  const subject = hub()
  const open = (client: string) => {
    const ending = new AbortController()
    liveStream(subject, undefined, { signal: ending.signal, client: client })
    return ending
  }
  const first = open('greedy')
  while (subject.viewers < 64) open('greedy')
  expect(() => open('greedy')).toThrow(/This client already has 64 live streams/)
  while (subject.viewers < 256) open(`client ${subject.viewers % 10}`)
  expect(() => open('another')).toThrow(/This connection already has 256 live streams/)
  first.abort()
  open('greedy')
  expect(subject.viewers).toBe(256)
})

test('a slow reader gets one merged message for all that it missed', async () => {
  vi.useFakeTimers()
  const subject = hub()
  subject.feed.publish({})
  const reader = liveStream(subject, undefined, { signal: new AbortController().signal }).getReader()
  await next(reader)
  const { version } = subject.feed
  // The first waits for the reader, who does not come before 500 more.
  await vi.advanceTimersByTimeAsync(1000)
  for (let i = 0; i < 500; i++) {
    subject.feed.publish({})
    await vi.advanceTimersByTimeAsync(10)
  }
  const waiting = await next(reader)
  const merged = await next(reader)
  expect(waiting.delta).toMatchObject({ version: version + 1 })
  expect(merged.delta).toMatchObject({ version: version + 500 })
})

test('ends with its signal, and stops listening', async () => {
  const subject = hub()
  const ending = new AbortController()
  const reader = liveStream(subject, undefined, { signal: ending.signal }).getReader()
  await next(reader)
  ending.abort()
  expect((await reader.read()).done).toBe(true)
  expect(subject.viewers).toBe(0)
  expect(() => subject.feed.publish({})).not.toThrow()
})

afterEach(() => vi.useRealTimers())

test('tells the time at once and every 5 seconds, whatever else there is to say', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  const subject = hub()
  subject.feed.publish({})
  const reader = liveStream(subject, subject.feed.version, { signal: new AbortController().signal }).getReader()
  const text = async () => new TextDecoder().decode((await reader.read()).value)
  expect(await text()).toBe('event: beat\ndata: 1700000000000\n\n')
  const second = text()
  await vi.advanceTimersByTimeAsync(5000)
  expect(await second).toBe('event: beat\ndata: 1700000005000\n\n')
})

test('a large message is followed by a pause, and then by all that came meanwhile', async () => {
  vi.useFakeTimers()
  const subject = hub()
  subject.feed.publish({ connection: { ...subject.feed.connection, address: 'x'.repeat(500_000) } })
  const reader = liveStream(subject, undefined, { signal: new AbortController().signal }).getReader()
  await next(reader)
  const { version } = subject.feed
  for (let i = 0; i < 5; i++) subject.feed.publish({})
  const merged = next(reader)
  let arrived = false
  void merged.then(() => {
    arrived = true
  })
  await vi.advanceTimersByTimeAsync(900)
  expect(arrived).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  expect((await merged).delta).toMatchObject({ version: version + 5 })
})

test('however large a message is, the next one follows after two seconds', async () => {
  vi.useFakeTimers()
  const subject = hub()
  subject.feed.publish({ connection: { ...subject.feed.connection, address: 'x'.repeat(3_000_000) } })
  const reader = liveStream(subject, undefined, { signal: new AbortController().signal }).getReader()
  await next(reader)
  const { version } = subject.feed
  subject.feed.publish({})
  const following = next(reader)
  await vi.advanceTimersByTimeAsync(2001)
  expect((await following).delta).toMatchObject({ version: version + 1 })
})

test.each<[string, (ending: AbortController, reader: ReadableStreamDefaultReader<Uint8Array>) => unknown]>([
  ['its signal', (ending) => ending.abort()],
  ['its reader', (_, reader) => reader.cancel()],
])('ended by %s during the pause after a large message, it leaves no timer and no viewer', async (_, end) => {
  vi.useFakeTimers()
  const subject = hub()
  subject.feed.publish({ connection: { ...subject.feed.connection, address: 'x'.repeat(500_000) } })
  const ending = new AbortController()
  const reader = liveStream(subject, undefined, { signal: ending.signal }).getReader()
  await next(reader)
  subject.feed.publish({})
  await vi.advanceTimersByTimeAsync(10)
  // The heartbeat, and the pause.
  expect(vi.getTimerCount()).toBe(2)
  await end(ending, reader)
  expect(vi.getTimerCount()).toBe(0)
  expect(subject.viewers).toBe(0)
})

test('ends at a beat where its viewer may not see it any longer', async () => {
  vi.useFakeTimers()
  const subject = hub()
  let allowed = true
  const signal = new AbortController().signal
  const reader = liveStream(subject, subject.feed.version, { signal, isAllowed: () => allowed }).getReader()
  await reader.read()
  await vi.advanceTimersByTimeAsync(5000)
  expect((await reader.read()).done).toBe(false)
  allowed = false
  await vi.advanceTimersByTimeAsync(5000)
  expect((await reader.read()).done).toBe(true)
  expect(subject.viewers).toBe(0)
})
