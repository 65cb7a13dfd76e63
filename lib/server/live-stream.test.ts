import { expect, test } from 'vitest'
import { RedisGears } from '@/lib/gears'
import { Hub } from './hub/hub'
import { liveStream } from './live-stream'

const hub = () =>
  new Hub(new RedisGears('redis://127.0.0.1:1'), {
    name: 'default',
    address: 'redis://127.0.0.1:1',
    embedded: false,
    readOnlyReason: null,
  })

async function next(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const { value } = await reader.read()
  const [event, id, data] = new TextDecoder().decode(value).trimEnd().split('\n')
  const delta: unknown = JSON.parse(data?.slice('data: '.length) ?? 'null')
  return { event, id, delta }
}

test('the first message is everything, and a resumed one only what is missing', async () => {
  const subject = hub()
  subject.feed.publish({ shards: [] })
  const first = await next(liveStream(subject, undefined, new AbortController().signal).getReader())
  expect(first).toMatchObject({ event: 'event: delta', id: `id: ${subject.feed.version}`, delta: { full: true } })
  const before = subject.feed.version
  subject.feed.publish({})
  const resumed = await next(liveStream(subject, before, new AbortController().signal).getReader())
  expect(resumed.delta).toMatchObject({ full: false, version: before + 1 })
})

test('a slow reader gets one merged message for all that it missed', async () => {
  const subject = hub()
  subject.feed.publish({})
  const reader = liveStream(subject, undefined, new AbortController().signal).getReader()
  await next(reader)
  const version = subject.feed.version
  for (let i = 0; i < 500; i++) subject.feed.publish({})
  const waiting = await next(reader)
  const merged = await next(reader)
  expect(waiting.delta).toMatchObject({ version: version + 1 })
  expect(merged.delta).toMatchObject({ version: version + 500 })
})

test('ends with its signal, and stops listening', async () => {
  const subject = hub()
  const ending = new AbortController()
  const reader = liveStream(subject, undefined, ending.signal).getReader()
  await reader.read()
  ending.abort()
  expect((await reader.read()).done).toBe(true)
  expect(() => subject.feed.publish({})).not.toThrow()
})
