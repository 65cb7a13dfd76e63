import { RedisGears } from '@gearboard/gears'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { GEARS_GROUP } from '@/lib/model/registrations/stream-state'
import { streamReader } from '@/lib/model/testing'
import { StreamInspector } from '@/lib/server/hub/streams/stream-inspector'
import { type StartedProcess, startRedis } from '@/test/gears-processes'

// Streams and groups are Redis' own: a real redis-server says what there is.
let server: StartedProcess
let redis: Redis
let gears: RedisGears

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.port, '127.0.0.1')
  gears = new RedisGears(`redis://127.0.0.1:${server.port}`)
})
beforeEach(() => redis.flushall())
afterAll(async () => {
  redis.disconnect()
  await gears.close()
  await server.stop()
})

const reader = (prefix: string) =>
  streamReader({ key: prefix, id: prefix, name: prefix, args: { prefix, onFailedPolicy: 'retry' } })

async function look(prefix: string, detail = false) {
  const [own] = await new StreamInspector(gears).readStreams([reader(prefix)], detail)
  if (!own) throw new Error('nothing was told')
  return own
}

const take = (key: string, count: number, from = '>') =>
  redis.call('XREADGROUP', 'GROUP', GEARS_GROUP, '__gears_client__', 'COUNT', count, 'STREAMS', key, from)

test('a stream that nobody reads waits as a whole', async () => {
  for (const n of [1, 2, 3]) await redis.xadd('orders', '*', 'n', n)
  expect(await look('orders')).toMatchObject({
    found: 1,
    searched: true,
    silent: [],
    streams: [{ shard: 'standalone', key: 'orders', length: 3, backlog: { count: 3, atMost: false }, pending: 0 }],
  })
})

test('what was taken is pending, the rest is the backlog; other groups are others’', async () => {
  for (const n of [1, 2, 3, 4, 5]) await redis.xadd('orders', '*', 'n', n)
  await redis.xgroup('CREATE', 'orders', 'somebody', '0')
  await redis.xgroup('CREATE', 'orders', GEARS_GROUP, '0')
  await take('orders', 2)
  const [stream] = (await look('orders')).streams
  expect(stream).toMatchObject({ backlog: { count: 3, atMost: false }, pending: 2, poison: [] })
  expect(stream?.oldestAt).toBeGreaterThan(Date.now() - 60_000)
})

test('where Redis cannot count, the backlog is said to be at most what is left', async () => {
  const ids = [await redis.xadd('orders', '*', 'n', 1), await redis.xadd('orders', '*', 'n', 2)]
  await redis.xadd('orders', '*', 'n', 3)
  await redis.xgroup('CREATE', 'orders', GEARS_GROUP, '0')
  await take('orders', 1)
  // A hole beyond what was read: Redis gives no lag then.
  await redis.xdel('orders', ids[1] ?? '')
  const [stream] = (await look('orders')).streams
  expect(stream).toMatchObject({ backlog: { count: 1, atMost: true }, pending: 1 })
})

test('an entry given out again and again is told with its fields, cut, and bytes as bytes', async () => {
  const id = await redis.xadd('orders', '*', 'note', 'x'.repeat(500), Buffer.from([0xff]), 'b')
  await redis.xgroup('CREATE', 'orders', GEARS_GROUP, '0')
  await take('orders', 1)
  await take('orders', 1, '0')
  await take('orders', 1, '0')
  expect((await look('orders')).streams[0]?.poison).toMatchObject([{ id, deliveries: 3 }])
  expect((await look('orders', true)).streams[0]?.poison[0]?.fields).toEqual([
    ['note', `${'x'.repeat(200)}… (500 bytes)`],
    [{ base64: '/w==' }, 'b'],
  ])
  await redis.xdel('orders', id ?? '')
  expect((await look('orders', true)).streams[0]?.poison[0]?.fields).toBeNull()
})

test('a prefix finds streams and no other keys, is no glob, and its bounds are said', async () => {
  await redis.set('a[1]:text', 'no stream')
  await redis.xadd('a[1]:s', '*', 'n', 1)
  await redis.xadd('a1:s', '*', 'n', 1)
  await redis.xadd(Buffer.from('a[1]:\xff', 'latin1'), '*', 'n', 1)
  const found = await look('a[1]:*')
  expect(found.streams.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['a[1]:s', { base64: Buffer.from('a[1]:\xff', 'latin1').toString('base64') }]),
  )
  expect(found.found).toBe(2)
  for (let n = 0; n < 30; n++) await redis.xadd(`many:${n}`, '*', 'n', 1)
  const many = await look('many:*')
  expect(many).toMatchObject({ found: 30, searched: true })
  expect(many.streams.length).toBeLessThan(30)
})

test('what is no stream, or is not there, is none', async () => {
  await redis.set('orders', 'text')
  expect(await look('orders')).toMatchObject({ streams: [], found: 0 })
  expect(await look('nowhere')).toMatchObject({ streams: [], found: 0 })
})
