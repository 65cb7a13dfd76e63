import { commands, RedisGears } from '@gearboard/gears'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StartedProcess, startEngine, startRedis, startSentinel } from '@/test/gears-processes'
import { ScriptedRedis } from '@/test/scripted-redis'
import { TcpProxy, type Way } from '@/test/tcp-proxy'
import { closedAfter, status, until, watch } from '@/test/watched-connection'
import { submit } from '../operations/submit'

// Distance is no failure. The ways are long, and the tests wait side by side.

const SUBMISSION = { blocking: true, requirements: [], upgrade: false, forceReinstallRequirements: false }

const WAYS: readonly Way[] = [{ delayMs: 400 }, { delayMs: 1000 }, { delayMs: 100, jitterMs: 700 }, { bytesPerS: 4000 }]

describe('a server far away', () => {
  let engine: StartedProcess
  beforeAll(async () => {
    engine = await startEngine()
  })
  afterAll(() => engine.stop())

  async function worksOver(way: Way) {
    const proxy = await TcpProxy.start(engine.port, way)
    const connection = watch(proxy.port)
    closedAfter(() => proxy.stop())
    const statuses = new Set<string>()
    closedAfter(connection.hub.feed.subscribe(() => statuses.add(connection.hub.feed.connection.status)))
    // A request before the first answer waits for it, and gets no failure.
    await connection.known()
    await status(connection, 'live')
    const script = `GB('PythonReader').map(lambda n: n + 1).run(lambda: (yield 41))`
    expect(await submit(connection, { ...SUBMISSION, script })).toMatchObject({ kind: 'finished', outcome: 'ok' })
    await until(
      connection,
      () => connection.hub.feed.connection.capability?.permissionsUnknown === undefined || undefined,
    )
    expect([...statuses].filter((word) => word !== 'connecting')).toEqual(['live'])
    expect(connection.hub.feed.shardStates[0]?.latencyMs).toBeGreaterThanOrEqual(2 * (way.delayMs ?? 0) - 1)
  }

  test('is live, stays live, and what is done there works, over ways long, crooked and narrow', async () => {
    await Promise.all(WAYS.map(worksOver))
  })

  test('what only asks what may be run decides nothing', async () => {
    const server = await ScriptedRedis.start()
    server.instead.set('MULTI', '')
    const connection = watch(server.port)
    closedAfter(() => server.replay.stop())
    expect((await status(connection, 'live')).capability).toMatchObject({ permissionsUnknown: true, unavailable: [] })
  })

  test('whoever asks sentinels far away reaches their master', async () => {
    const redis = await startRedis()
    const sentinel = await startSentinel('mymaster', redis.port)
    const proxy = await TcpProxy.start(sentinel.port, { delayMs: 150 })
    // Five round trips to the sentinels: none of them alone is late.
    const gears = new RedisGears(`redis+sentinel://127.0.0.1:${proxy.port}/mymaster`, { timeoutMs: 1000 })
    expect(await gears.send(commands.ping)).toBe('PONG')
    await gears.close()
    await proxy.stop()
    await sentinel.stop()
    await redis.stop()
  })
})

describe('a cluster far away', () => {
  let engine: StartedProcess
  const proxies: TcpProxy[] = []
  beforeAll(async () => {
    engine = await startEngine(3)
    for (const at of [0, 1, 2]) proxies.push(await TcpProxy.start(engine.port + at, { delayMs: 300 }))
  })
  afterAll(async () => {
    for (const proxy of proxies) await proxy.stop()
    await engine.stop()
  })

  test('of three shards is reached whole, with limits shorter than a whole conversation', async () => {
    const natMap = Object.fromEntries(
      proxies.map((proxy, at) => [`127.0.0.1:${engine.port + at}`, { host: '127.0.0.1', port: proxy.port }]),
    )
    const gears = new RedisGears(`redis://127.0.0.1:${proxies[0]?.port}`, { natMap, timeoutMs: 1500 })
    closedAfter(() => gears.close())
    expect(await gears.refreshCluster()).toHaveLength(3)
    expect(await gears.probe()).toMatchObject({ cluster: true, clusterInitialised: true, python: true })
    const script = `GB('ShardsIDReader').count().run()`
    expect(await gears.pyexecute(script)).toMatchObject({ kind: 'results', results: ['3'] })
    expect(await gears.forKey('cart:7', commands.objectEncoding, 'cart:7')).toBeNull()
  })
})
