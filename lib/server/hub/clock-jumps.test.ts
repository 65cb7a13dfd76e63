import { Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'
import { History } from '@/lib/server/history/history'
import { startEngine } from '@/test/gears-processes'
import { closedAfter, status, until, watch } from '@/test/watched-connection'

afterEach(() => vi.restoreAllMocks())

const HOUR = 3_600_000

/** The clock on the wall, moved by so much from now on. */
function setClock(byMs: number): void {
  vi.restoreAllMocks()
  const real = Date.now
  if (byMs !== 0) vi.spyOn(Date, 'now').mockImplementation(() => real() + byMs)
}

async function watched() {
  const engine = await startEngine()
  closedAfter(() => engine.stop())
  const connection = watch(engine.port, {}, History.none('not here'))
  const redis = new Redis(engine.port, '127.0.0.1')
  closedAfter(() => redis.disconnect())
  await status(connection, 'live')
  return { connection, redis }
}

const ECHO = `GB('CommandReader').register(trigger='echo')`
const RUN = `GB('PythonReader').run(lambda: (yield 1))`

for (const [name, jump] of [
  ['back', -HOUR],
  ['on', HOUR],
] as const) {
  test(`a clock that is set ${name} by an hour stops no look, no question, no sample and no rate`, async () => {
    const { connection, redis } = await watched()
    const { feed } = connection.hub
    await redis.call('RG.PYEXECUTE', ECHO)
    const registration = await until(connection, () => [...feed.registrations.values()][0])
    await until(connection, () => feed.lastSample)

    setClock(jump)
    // A viewer comes: who looks at the clock on the wall would now wait for an hour.
    closedAfter(connection.hub.addViewer())
    const id = String(await redis.call('RG.PYEXECUTE', RUN, 'UNBLOCKING'))
    const done = await until(connection, () => {
      const row = feed.executions.get(id)
      return row?.outcome === 'ok' ? row : undefined
    })
    expect(done.precisionMs).toBeGreaterThanOrEqual(0)
    expect(done.precisionMs).toBeLessThan(60_000)
    expect((done.endSeen ?? 0) - done.firstSeen).toBeGreaterThanOrEqual(0)
    expect(feed.shardStates[0]?.latencyMs).toBeGreaterThanOrEqual(0)
    expect(feed.shardStates[0]?.latencyMs).toBeLessThan(60_000)

    const before = feed.lastSample
    const sample = await until(connection, () => (feed.lastSample === before ? undefined : feed.lastSample))
    expect(Math.abs(sample.at - Date.now())).toBeLessThan(60_000)

    await redis.call('RG.TRIGGER', 'echo', 'hey')
    const rated = await until(connection, () => {
      const row = feed.registrations.get(registration.key)
      return row?.counters.triggered === 1 && row.rates ? row : undefined
    })
    // Once in at most the ten seconds that a rate looks back: over an hour it would be none.
    expect(rated.rates?.triggered).toBeGreaterThan(0.05)
  })
}
