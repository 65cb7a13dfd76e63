import { expect, onTestFinished, test } from 'vitest'
import type { AlertDelivery, Notification } from '@/lib/model/alerts/notification'
import { HistoryError } from '../history/history-error'
import { newDirectory, open } from '../history/testing/index'
import { Deliveries, type DeliveryStore } from './deliveries'
import type { DeliveryLimits } from './receiver-queue'
import { notificationOf, ReceiverServer, sendParts } from './testing'

/** A store that a second Gearboard reads as the first one left it. */
class MemoryStore {
  readonly rows = new Map<string, AlertDelivery>()

  waiting(): readonly AlertDelivery[] {
    return [...this.rows.values()].filter(({ state }) => state === 'waiting')
  }

  async record(delivery: AlertDelivery): Promise<void> {
    this.rows.set(delivery.id, delivery)
  }

  get states(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.rows].map(([id, { state }]) => [id, state]))
  }
}

const QUICK: DeliveryLimits = { retriesMs: [5, 5, 5], perWindow: 1000, windowMs: 60_000, mostWaiting: 1000 }

interface GearboardOptions {
  readonly servers: Readonly<Record<string, ReceiverServer | string>>
  readonly store?: MemoryStore
  readonly limits?: Partial<DeliveryLimits>
}

function gearboard({ servers, store = new MemoryStore(), limits }: GearboardOptions) {
  return { deliveries: deliveriesOver(store, servers, limits), store }
}

function deliveriesOver(
  store: DeliveryStore,
  servers: GearboardOptions['servers'],
  limits: Partial<DeliveryLimits> = {},
): Deliveries {
  const { guard, sender } = sendParts()
  const deliveries = new Deliveries({
    store,
    guard,
    sender,
    limits: { ...QUICK, ...limits },
    open: (id) => {
      const server = servers[id]
      if (typeof server === 'string') return { problem: server }
      return server && { receiver: { id, kind: 'webhook', name: id, shape: 'generic', url: server.url() } }
    },
  })
  onTestFinished(() => deliveries.end())
  return deliveries
}

const deliveryOf = (
  id: string,
  changes: Partial<AlertDelivery> & { notification?: Notification } = {},
): AlertDelivery => ({
  id,
  receiver: 'ops',
  notification: notificationOf({ id, subject: id }),
  state: 'waiting',
  attempts: [],
  createdAt: 0,
  dueAt: 0,
  ...changes,
})

const bodiesOf = ({ requests }: ReceiverServer) => requests.map(({ body }) => JSON.parse(body))

test('each notification is sent once, in order, and recorded with what the receiver said', async () => {
  const ops = await ReceiverServer.listen()
  const { deliveries, store } = gearboard({ servers: { ops } })
  const list = ['a', 'b', 'c'].map((id) => deliveryOf(id))
  deliveries.take(list)
  deliveries.take(list)
  await expect.poll(() => store.states).toEqual({ a: 'sent', b: 'sent', c: 'sent' })
  expect(bodiesOf(ops).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(store.rows.get('a')).toMatchObject({ dueAt: null, attempts: [{ ok: true, answer: 'It answered 200: ok' }] })
  expect(deliveries.counts).toEqual({ sent: 3, failed: 0, retried: 0 })
})

test('what fails for a while is tried again with the same id, until it succeeds', async () => {
  let failures = 2
  const ops = await ReceiverServer.listen((response) => response.writeHead(failures-- > 0 ? 503 : 200).end())
  const { deliveries, store } = gearboard({ servers: { ops } })
  deliveries.take([deliveryOf('a')])
  await expect.poll(() => store.states).toEqual({ a: 'sent' })
  expect(ops.requests.map(({ headers }) => headers['x-gearboard-delivery'])).toEqual(['a', 'a', 'a'])
  expect(store.rows.get('a')?.attempts.map(({ ok }) => ok)).toEqual([false, false, true])
})

test('what keeps failing is given up, and each attempt is recorded', async () => {
  const ops = await ReceiverServer.listen((response) => response.writeHead(500).end('broken'))
  const { deliveries, store } = gearboard({ servers: { ops } })
  deliveries.take([deliveryOf('a')])
  await expect.poll(() => store.states).toEqual({ a: 'failed' })
  expect(ops.requests).toHaveLength(4)
  expect(store.rows.get('a')?.attempts.map(({ answer }) => answer)).toEqual(Array(4).fill('It answered 500: broken'))
})

test.each([[404], [302], [410]])('an answer %i is final', async (status) => {
  const ops = await ReceiverServer.listen((response) => response.writeHead(status).end())
  const { deliveries, store } = gearboard({ servers: { ops } })
  deliveries.take([deliveryOf('a'), deliveryOf('b')])
  await expect.poll(() => store.states).toEqual({ a: 'failed', b: 'failed' })
  expect(ops.requests).toHaveLength(2)
})

test('a pause that the receiver asks for is kept', async () => {
  const ops = await ReceiverServer.listen((response) => response.writeHead(429, { 'retry-after': '600' }).end())
  const { deliveries, store } = gearboard({ servers: { ops } })
  const before = Date.now()
  deliveries.take([deliveryOf('a')])
  await expect.poll(() => store.rows.get('a')?.attempts.length).toBe(1)
  expect(store.rows.get('a')?.dueAt).toBeGreaterThanOrEqual(before + 600_000)
})

test('a receiver that hangs holds up no other', async () => {
  const slow = await ReceiverServer.listen(() => undefined)
  const ops = await ReceiverServer.listen()
  const { deliveries, store } = gearboard({ servers: { slow, ops } })
  deliveries.take([deliveryOf('s', { receiver: 'slow' }), ...['a', 'b', 'c'].map((id) => deliveryOf(id))])
  await expect.poll(() => store.states).toEqual({ a: 'sent', b: 'sent', c: 'sent' })
  expect(slow.requests).toHaveLength(1)
})

test('one that keeps failing holds up no other of its receiver, but what follows it of its incident', async () => {
  const sick = { ...notificationOf({ id: 'began', subject: 'sick' }) }
  const ops = await ReceiverServer.listen((response, { body }) =>
    response.writeHead(JSON.parse(body).id === 'began' && ops.requests.length < 3 ? 500 : 200).end(),
  )
  const { deliveries, store } = gearboard({ servers: { ops }, limits: { retriesMs: [20, 20, 20] } })
  deliveries.take([
    deliveryOf('began', { notification: sick }),
    deliveryOf('ended', { notification: { ...sick, id: 'ended', event: 'resolved' } }),
    deliveryOf('other'),
  ])
  await expect.poll(() => store.states).toEqual({ began: 'sent', ended: 'sent', other: 'sent' })
  const ids = bodiesOf(ops).map(({ id }) => id)
  expect(ids.indexOf('other')).toBeLessThan(ids.lastIndexOf('began'))
  expect(ids.indexOf('ended')).toBeGreaterThan(ids.lastIndexOf('began'))
})

test('in a storm, the rest of a minute is one message that counts them', async () => {
  const ops = await ReceiverServer.listen()
  const { deliveries, store } = gearboard({ servers: { ops }, limits: { perWindow: 3, windowMs: 300 } })
  const all = Array.from({ length: 40 }, (_, index) => deliveryOf(`n${index}`))
  deliveries.take(all)
  await expect.poll(() => Object.values(store.states).length).toBe(40)
  const [first, second, third, digest, ...more] = bodiesOf(ops)
  expect([first, second, third].map(({ id }) => id)).toEqual(['n0', 'n1', 'n2'])
  expect(digest).toMatchObject({ event: 'digest', count: 37, severity: 'warning' })
  expect(more).toEqual([])
  expect(store.states).toMatchObject({ n2: 'sent', n3: 'merged', n39: 'merged' })
})

test('what waits at the end is sent after the next start, and nothing is sent twice', async () => {
  let works = false
  const ops = await ReceiverServer.listen((response) => response.writeHead(works ? 200 : 500).end())
  const store = new MemoryStore()
  const first = gearboard({ servers: { ops }, store, limits: { retriesMs: [3_600_000] } })
  first.deliveries.take([deliveryOf('a'), deliveryOf('b')])
  await expect.poll(() => ops.requests.length).toBe(2)
  await expect.poll(() => [...store.rows.values()].map(({ attempts }) => attempts.length)).toEqual([1, 1])
  await first.deliveries.end()
  works = true
  // As if the pause had passed.
  for (const row of store.waiting()) await store.record({ ...row, dueAt: 0 })
  gearboard({ servers: { ops }, store })
  await expect.poll(() => store.states).toEqual({ a: 'sent', b: 'sent' })
  gearboard({ servers: { ops }, store })
  expect(ops.requests).toHaveLength(4)
})

test('the end of Gearboard waits for an answer that is on its way, and counts no attempt that it cut short', async () => {
  let release = () => {}
  const ops = await ReceiverServer.listen((response) => {
    release = () => response.end('late')
  })
  const store = new MemoryStore()
  const { deliveries } = gearboard({ servers: { ops }, store })
  deliveries.take([deliveryOf('a'), deliveryOf('b')])
  await expect.poll(() => ops.requests.length).toBe(1)
  const ended = deliveries.end()
  release()
  await ended
  expect(store.states).toEqual({ a: 'sent' })
  const hanging = await ReceiverServer.listen(() => undefined)
  const other = gearboard({ servers: { ops: hanging } })
  other.deliveries.take([deliveryOf('c')])
  await expect.poll(() => hanging.requests.length).toBe(1)
  await other.deliveries.end()
  expect(other.store.states).toEqual({})
})

test('one that was removed, and one whose secrets are lost, say so', async () => {
  const { deliveries, store } = gearboard({ servers: { lost: 'Its secrets cannot be decrypted.' } })
  deliveries.take([deliveryOf('a', { receiver: 'gone' }), deliveryOf('b', { receiver: 'lost' })])
  await expect.poll(() => store.states).toEqual({ a: 'failed', b: 'failed' })
  expect(store.rows.get('a')?.attempts).toMatchObject([{ answer: 'The receiver was removed.' }])
  expect(store.rows.get('b')?.attempts).toHaveLength(4)
  expect(store.rows.get('b')?.attempts[0]?.answer).toBe('Its secrets cannot be decrypted.')
})

test('what the disk does not take is sent anyway', async () => {
  const ops = await ReceiverServer.listen()
  const store = new MemoryStore()
  store.record = async () => {
    throw new HistoryError('unusable', 'the disk is full')
  }
  const { deliveries } = gearboard({ servers: { ops }, store })
  deliveries.take([deliveryOf('a')])
  await expect.poll(() => deliveries.counts.sent).toBe(1)
  expect(ops.requests).toHaveLength(1)
})

test('more than may wait for a receiver are refused, and recorded so', async () => {
  const ops = await ReceiverServer.listen(() => undefined)
  const { deliveries, store } = gearboard({ servers: { ops }, limits: { mostWaiting: 2 } })
  deliveries.take(['a', 'b', 'c'].map((id) => deliveryOf(id)))
  await expect.poll(() => store.states).toEqual({ c: 'failed' })
  expect(store.rows.get('c')?.attempts[0]?.answer).toBe('Not sent: 2 notifications wait for this receiver already.')
})

test('a test of a stored receiver is in the log, and one that succeeds has what waits tried at once', async () => {
  let works = false
  const ops = await ReceiverServer.listen((response) => response.writeHead(works ? 200 : 500).end())
  const { deliveries, store } = gearboard({ servers: { ops }, limits: { retriesMs: [3_600_000] } })
  deliveries.take([deliveryOf('a')])
  await expect.poll(() => store.rows.get('a')?.attempts.length).toBe(1)
  works = true
  const receiver = { kind: 'webhook', name: 'ops', shape: 'generic', url: ops.url() } as const
  expect(await deliveries.test(receiver, undefined)).toEqual({ outcome: 'delivered', answer: 'It answered 200' })
  expect(store.rows.size).toBe(1)
  await deliveries.test(receiver, 'ops')
  await expect.poll(() => store.rows.get('a')?.state).toBe('sent')
  const logged = [...store.rows.values()].find(({ notification }) => notification.event === 'test')
  expect(logged).toMatchObject({ state: 'sent', receiver: 'ops', attempts: [{ ok: true }] })
})

test('what an earlier Gearboard left is sent when it is due', async () => {
  const ops = await ReceiverServer.listen()
  const store = new MemoryStore()
  await store.record(deliveryOf('a', { dueAt: Number.MAX_SAFE_INTEGER }))
  await store.record(deliveryOf('b'))
  gearboard({ servers: { ops }, store })
  await expect.poll(() => store.states).toMatchObject({ b: 'sent' })
  expect(store.states).toMatchObject({ a: 'waiting' })
})

test('over restarts, the history on disk brings what waits to its receiver, once', async () => {
  let works = false
  const ops = await ReceiverServer.listen((response) => response.writeHead(works ? 200 : 503).end())
  const directory = newDirectory()
  const start = () => {
    const history = open({ directory })
    const { deliveries: kept, incidents } = history.alerts
    // It is not given up while the first one ends.
    const limits = { retriesMs: Array.from({ length: 10_000 }, () => 5) }
    const store = { waiting: () => kept.waiting(), record: (one: AlertDelivery) => kept.record(one) }
    const deliveries = deliveriesOver(store, { ops }, limits)
    const end = async () => {
      await deliveries.end()
      await history.close()
    }
    return { deliveries, kept, incidents, end }
  }
  const first = start()
  const [a, b] = [deliveryOf('a'), deliveryOf('b', { dueAt: Date.now() + 3_600_000 })]
  await first.incidents.write([], [a, b])
  first.deliveries.take([a, b])
  await expect.poll(() => ops.requests.length).toBeGreaterThan(0)
  await first.end()
  works = true
  const second = start()
  await expect.poll(() => second.kept.page({ state: 'sent' }).deliveries.map(({ id }) => id)).toEqual(['a'])
  const asked = ops.requests.length
  await second.end()
  const third = start()
  expect(third.kept.waiting().map(({ id }) => id)).toEqual(['b'])
  await third.end()
  expect(ops.requests).toHaveLength(asked)
})
