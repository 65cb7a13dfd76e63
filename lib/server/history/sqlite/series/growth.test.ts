import { expect, test } from 'vitest'
import { counters, idOf, open, registration, sample, source, T0 } from '@/lib/server/history/testing/index'

const SECOND = 1000

/** An hour in which `orders` ran `runs` times a second and left `bytes` behind each time, on two shards. */
async function recorded({
  bytes,
  runs,
  restartsAt = Number.POSITIVE_INFINITY,
}: {
  readonly bytes: number
  readonly runs: (second: number) => number
  /** The second at which shard `b`, which holds 30 MB, begins again at 5 MB. */
  readonly restartsAt?: number
}) {
  const end = T0 + 3600 * SECOND
  const history = open({ clock: () => end })
  let triggered = 0
  for (let second = 0; second < 3600; second++) {
    const at = T0 + second * SECOND
    const held = 40_000_000 + triggered * bytes
    const shard = (current: number) => ({ current, peak: current, total: current * 2 })
    const beside = second < restartsAt ? 30_000_000 : 5_000_000
    history.series.recordSample('default', sample(at, { memory: { a: shard(held), b: shard(beside) } }))
    if (second % 5 === 0) history.registrations.record('default', at, [registration(at, counters(triggered))])
    triggered += runs(second)
  }
  await history.flush()
  return { history, triggered, range: { connection: 'default', from: T0, to: end } }
}

test('what a registration leaves behind, over its counters and the memory of all shards', async () => {
  const { history, range } = await recorded({ bytes: 1500, runs: (second) => (Math.floor(second / 60) * 7) % 13 })
  const growth = history.series.growth(range)
  expect(growth.spans).toBeGreaterThan(50)
  const [orders] = growth.functions
  if (orders?.verdict !== 'grows') throw new Error(`verdict: ${orders?.verdict}`)
  expect(orders.functions).toEqual([{ name: 'stream orders', registrationId: idOf(1) }])
  // Counters are looked at every 5 s, memory every second.
  expect(Math.abs(orders.bytesPerRun.value - 1500)).toBeLessThan(300)
  expect(growth.perHour?.low).toBeGreaterThan(0)
})

test('what a restart sets free is not counted against the functions', async () => {
  const { history, range } = await recorded({
    bytes: 1500,
    runs: (second) => (Math.floor(second / 60) * 7) % 13,
    restartsAt: 1830,
  })
  const growth = history.series.growth(range)
  const [orders] = growth.functions
  if (orders?.verdict !== 'grows') throw new Error(`verdict: ${orders?.verdict}`)
  expect(Math.abs(orders.bytesPerRun.value - 1500)).toBeLessThan(300)
  expect(growth.perHour?.low).toBeGreaterThan(0)
})

test('zeros of RG.PYSTATS are no measurement, and no history is no growth', async () => {
  const history = open()
  expect(history.series.growth({ connection: 'default', from: T0, to: T0 + 60_000 })).toMatchObject({
    spans: 0,
    perHour: null,
    functions: [],
  })
  for (let second = 0; second < 60; second++)
    history.series.recordSample(
      'default',
      sample(T0 + second * 1000, { memory: { a: { current: 0, peak: 0, total: 0 } } }),
    )
  await history.flush()
  expect(history.series.growth({ connection: 'default', from: T0, to: T0 + 60_000 }).perHour).toBeNull()
})

test('deployments are the sources that registered something, and registrations that came in another way', async () => {
  const history = open()
  history.sources.record(source('1', { outcome: 'registered', registrations: [idOf(1)] }), 'one')
  history.sources.record(source('2', { at: T0 + 5000, outcome: 'registered' }), 'two')
  history.sources.record(source('3', { at: T0 + 6000, outcome: 'finished' }), 'three')
  const byHand = { ...registration(T0, counters(0)), id: idOf(9), key: idOf(9), name: 'by hand', firstSeen: T0 + 2000 }
  history.registrations.record('default', T0, [registration(T0, counters(0)), byHand])
  await history.flush()
  expect(history.sources.deployments({ connection: 'default', from: T0, to: T0 + 60_000 })).toEqual([
    { at: T0, name: 'word-count', version: 1 },
    { at: T0 + 2000, name: 'by hand', version: null },
    { at: T0 + 5000, name: 'word-count', version: 2 },
  ])
  expect(history.sources.deployments({ connection: 'default', from: T0 + 1, to: T0 + 5000 })).toHaveLength(1)
})
