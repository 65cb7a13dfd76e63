import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '@/lib/server/connection/connection'
import { type StartedProcess, startEngine } from '@/test/gears-processes'
import { commandRegistration, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, seen, status, until, watch } from '@/test/watched-connection'
import { refreshCluster } from './cluster'
import { abortExecution, dropExecution } from './executions'
import { clearStatistics, pauseRegistration, resumeRegistration, unregister } from './registrations'
import { registrationsInWords } from './seen'

// An action never hits what its sender did not see: ids start over when a server restarts, and shards that did not know each other gave the
// same one.

const ID = `${'0'.repeat(40)}-1`
const WRITES = /^RG\.(UNREGISTER|PAUSE|UNPAUSE|ABORT|DROP|CLEAR)/

describe('a server that restarted within one look', () => {
  async function looked(server: ScriptedRedis, registration = commandRegistration(ID, 'greet')) {
    closedAfter(() => server.replay.stop())
    server.registrations = [registration]
    server.executions = [[ID, 'running']]
    server.errors.set(ID, [])
    const connection = watch(server.port)
    await status(connection, 'live')
    return { connection, before: seen(connection, ID) }
  }

  const sent = (server: ScriptedRedis) => server.replay.seen.filter(([name = '']) => WRITES.test(name))

  const acts: readonly (readonly [string, (c: Connection, seen: readonly string[]) => Promise<unknown>])[] = [
    ['unregister', (c, before) => unregister(c, ID, before, false)],
    ['pause', (c, before) => pauseRegistration(c, ID, before)],
    ['resume', (c, before) => resumeRegistration(c, ID, before)],
    ['clear', (c, before) => clearStatistics(c, before)],
    ['abort', (c, before) => abortExecution(c, ID, before)],
    ['drop', (c, before) => dropExecution(c, ID, before)],
  ]

  test.each(acts)('%s: what has the id now is left alone', async (_, act) => {
    const server = await ScriptedRedis.start()
    const { connection, before } = await looked(server)
    server.runId = 'b'.repeat(40)
    server.registrations = [commandRegistration(ID, 'charge')]
    await expect(act(connection, before)).rejects.toMatchObject({
      code: 'changed',
      message: expect.stringMatching(/now belongs to another (registration|execution)|added or changed/),
    })
    expect(sent(server)).toEqual([])
  })

  test('a function that is the same to the letter is another one after a restart', async () => {
    const server = await ScriptedRedis.start()
    const { connection, before } = await looked(server)
    server.runId = 'c'.repeat(40)
    await expect(unregister(connection, ID, before, false)).rejects.toMatchObject({ code: 'changed' })
    expect(sent(server)).toEqual([])
  })

  test.each([
    ['another trigger', commandRegistration(ID, 'Greet')],
    ['a trigger that looks the same', commandRegistration(ID, 'gr\u0435et')],
    ['counted more', commandRegistration(ID, 'greet', 5)],
  ])('under the same run id: %s', async (what, registration) => {
    const server = await ScriptedRedis.start()
    const { connection, before } = await looked(server)
    server.registrations = [registration]
    const act = unregister(connection, ID, before, false)
    if (what === 'counted more') {
      await act.catch((error) => expect(error).toMatchObject({ code: 'partial' }))
      expect(sent(server)).toHaveLength(1)
      return
    }
    await expect(act).rejects.toMatchObject({ code: 'changed', details: [{ at: ID }] })
    expect(sent(server)).toEqual([])
  })

  test('what is named by nobody, or by another Gearboard’s word, is refused; what another Gearboard saw is the same', async () => {
    const server = await ScriptedRedis.start()
    const { connection, before } = await looked(server)
    for (const wrong of [[], ['aaaaaaaaaaaa-000000000000'], [ID]])
      await expect(unregister(connection, ID, wrong, false)).rejects.toMatchObject({ code: 'changed' })
    expect(sent(server)).toEqual([])
    const other = watch(server.port)
    await status(other, 'live')
    expect(seen(other, ID)).toEqual(before)
  })

  test('a server that falls silent is not sent what was decided before', async () => {
    const server = await ScriptedRedis.start()
    const { connection, before } = await looked(server)
    await server.replay.stop()
    await expect(unregister(connection, ID, before, false)).rejects.toMatchObject({ code: 'unreachable' })
  })
})

describe('on a cluster that was refreshed late', () => {
  let engine: StartedProcess
  beforeAll(async () => {
    engine = await startEngine(3)
  })
  afterAll(() => engine.stop())

  function direct(n: number, { port } = engine): Redis {
    const redis = new Redis(port + n, '127.0.0.1', { protocol: 2 })
    closedAfter(() => redis.disconnect())
    return redis
  }

  const REGISTER = [
    `GB('CommandReader', desc='greet').map(lambda a: 'hello').register(trigger='greet')`,
    `GB('CommandReader', desc='charge').map(lambda a: 'paid').register(trigger='charge')`,
    `GB('StreamReader', desc='ship').foreach(lambda r: None).register('orders')`,
  ]
  const RUN = `GB('PythonReader').map(lambda x: x).run(lambda: (yield 1))`

  const LONG = `
import time
def slow(x):
    for i in range(600): time.sleep(0.05)
    return x
GB('PythonReader').map(slow).run(lambda: (yield 1))`

  test('what shares an id is hit together, and only once each is said to have been seen', async () => {
    const shards = [0, 1, 2].map((n) => direct(n))
    for (const [n, shard] of shards.entries()) {
      await shard.call('RG.PYEXECUTE', REGISTER[n] ?? '')
      await shard.call('RG.PYEXECUTE', RUN, 'UNBLOCKING')
    }
    const connection = watch(engine.port)
    await status(connection, 'live')
    const [a = '', b = '', c = ''] = connection.hub.feed.shardStates.map(({ key }) => `${idOf(connection)}@${key}`)
    const names = () => [...connection.hub.feed.registrations.values()].map(({ name }) => name)

    // Each shard for itself: nothing else is hit.
    expect(await unregister(connection, c, seen(connection, c), false)).toMatchObject({
      reached: [{ key: c, name: 'ship' }],
    })
    expect(names().sort()).toEqual(['charge', 'greet'])

    await refreshCluster(connection)
    await until(connection, () => connection.hub.feed.connection.capability?.clusterInitialised || undefined)
    const own = seen(connection, a)
    await expect(unregister(connection, a, own, false)).rejects.toMatchObject({
      code: 'changed',
      message: expect.stringMatching(/greet .* shares its id with charge/),
      details: [{ at: b, message: expect.stringContaining('charge') }],
    })
    expect(names().sort()).toEqual(['charge', 'greet'])
    expect(await registrationsInWords(connection, a)).toMatch(/^greet; .* and charge; /)
    expect(await unregister(connection, a, seen(connection, a, b), false)).toMatchObject({
      reached: [
        { key: a, name: 'greet' },
        { key: b, name: 'charge' },
      ],
    })
    expect(names()).toEqual([])
    expect(await Promise.all(shards.map((shard) => shard.call('RG.DUMPREGISTRATIONS')))).toEqual([[], [], []])

    const runs = [...connection.hub.feed.executions.values()].filter(({ live }) => live).map(({ key }) => key)
    expect(runs).toHaveLength(3)
    const [first = '', ...others] = runs
    expect(await dropExecution(connection, first, seen(connection, first))).toMatchObject({ reached: [{ key: first }] })
    expect([...connection.hub.feed.executions.values()].flatMap(({ live, key }) => (live ? [key] : []))).toEqual(others)
  })

  test('an abort and a pause reach all that share the id, a drop does not', async () => {
    const cluster = await startEngine(3)
    closedAfter(() => cluster.stop())
    const shards = [0, 1, 2].map((n) => direct(n, cluster))
    for (const [n, shard] of shards.entries()) {
      await shard.call('RG.PYEXECUTE', LONG, 'UNBLOCKING')
      await shard.call('RG.PYEXECUTE', `GB('StreamReader', desc='s${n}').foreach(lambda r: None).register('s${n}')`)
    }
    const connection = watch(cluster.port)
    await status(connection, 'live')
    await refreshCluster(connection)
    await until(connection, () => connection.hub.feed.connection.capability?.clusterInitialised || undefined)
    const { executions, registrations } = connection.hub.feed
    const runs = [...executions.values()].map(({ key }) => key)
    const [run = ''] = runs
    await expect(abortExecution(connection, run, seen(connection, run))).rejects.toMatchObject({ code: 'changed' })
    const { reached } = await abortExecution(connection, run, seen(connection, ...runs))
    expect(reached.map(({ key }) => key).sort()).toEqual(runs.toSorted())
    expect([...executions.values()].map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted', 'aborted'])

    const [first = '', ...others] = [...registrations.values()].map(({ key }) => key)
    const statuses = () => [...registrations.values()].map((r) => r.status)
    await expect(pauseRegistration(connection, first, seen(connection, first))).rejects.toMatchObject({
      code: 'changed',
    })
    expect(statuses()).toEqual(['OK', 'OK', 'OK'])
    await pauseRegistration(connection, first, seen(connection, first, ...others))
    expect(statuses()).toEqual(['PAUSED', 'PAUSED', 'PAUSED'])
    await resumeRegistration(connection, first, seen(connection, first, ...others))
    expect(statuses()).toEqual(['OK', 'OK', 'OK'])
  })

  const idOf = ({ hub }: Connection): string => [...hub.feed.registrations.values()][0]?.id ?? ''
})
