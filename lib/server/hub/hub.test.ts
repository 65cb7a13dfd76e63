import { commands } from '@gearboard/gears'
import { slotOf } from '@gearboard/gears/vocabulary/slots'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LiveDelta } from '@/lib/api/contract/connections'
import type { Execution } from '@/lib/model/executions/execution'
import type { Registration } from '@/lib/model/registrations/registration'
import type { Connection } from '@/lib/server/connection/connection'
import { freePorts } from '@/test/free-ports'
import { type StartedProcess, startEngine, startRedis } from '@/test/gears-processes'
import { closedAfter, seen, status, until, watch } from '@/test/watched-connection'
import { cluster, refreshCluster } from '../operations/cluster'
import { config, setConfig } from '../operations/config'
import { memory, requirements, sessions } from '../operations/environment'
import { executionDetail } from '../operations/execution-detail'
import { abortExecution, dropExecution } from '../operations/executions'
import { locateRegistration } from '../operations/locate'
import { unregister } from '../operations/registrations'
import { submit } from '../operations/submit'
import { trigger } from '../operations/trigger'

const row = (connection: Connection, ok: (execution: Execution) => boolean) =>
  until(connection, () => [...connection.hub.feed.executions.values()].find(ok))

const submission = (script: string, blocking = false) => ({
  script,
  blocking,
  requirements: [],
  upgrade: false,
  forceReinstallRequirements: false,
})

describe('without RedisGears', () => {
  test('a closed port is unreachable, a Redis without the module says so, and each is noticed by itself', async () => {
    const port = await freePorts(1)
    const connection = watch(port)
    expect((await status(connection, 'unreachable')).error?.message).toMatch(/ECONNREFUSED/)
    await expect(connection.known()).rejects.toMatchObject({ code: 'unreachable' })

    const redis = await startRedis([], port)
    expect((await status(connection, 'module_missing')).capability).toBeNull()
    await expect(connection.known()).rejects.toMatchObject({ code: 'module_missing' })

    await redis.stop()
    await status(connection, 'unreachable')
  })
})

describe('at the same address', () => {
  test('one server that comes back as a cluster is a cluster, and one server again afterwards', async () => {
    const port = await freePorts(3)
    const one = await startEngine(1, port)
    const connection = watch(port)
    expect((await status(connection, 'live')).capability?.cluster).toBe(false)
    const { feed } = connection.hub
    const becomes = (cluster: boolean, masters: number) =>
      until(connection, () => {
        const { status: now, capability, coverage } = feed.connection
        return (now === 'live' && capability?.cluster === cluster && coverage.answered === masters) || undefined
      })

    await one.stop()
    const three = await startEngine(3, port)
    closedAfter(() => three.stop())
    await becomes(true, 3)
    expect(feed.shardStates.map(({ slots }) => slots)).toEqual([[[0, 5460]], [[5461, 10922]], [[10923, 16383]]])
    // The client of the actions learns it, too: by the shard's key, which it has not heard of.
    const [first] = feed.shardStates
    expect(await connection.gears.onShard(first?.key ?? '', commands.ping)).toBe('PONG')

    await three.stop()
    const again = await startEngine(1, port)
    closedAfter(() => again.stop())
    await becomes(false, 1)
    expect(feed.shardStates.map(({ key }) => key)).toEqual(['standalone'])
  })
})

describe('on one shard', () => {
  let engine: StartedProcess
  beforeAll(async () => {
    engine = await startEngine()
  })
  afterAll(() => engine.stop())

  async function embedded() {
    const connection = watch(engine.port)
    const redis = new Redis(engine.port, '127.0.0.1')
    closedAfter(() => redis.disconnect())
    await status(connection, 'live')
    return { connection, redis }
  }

  const LONG = `
def forever():
    n = 0
    while True:
        n += 1
        yield n
GB('PythonReader').filter(lambda n: False).run(forever)`

  test('a submitted run is followed to its outcome, with its source, plan and results', async () => {
    const { connection } = await embedded()
    const script = `GB('PythonReader').map(lambda n: n * 2).run(lambda: (yield from range(3)))`
    const reply = await submit(connection, { ...submission(script), description: 'doubles' })
    if (reply.kind !== 'started') throw new Error(`started, not ${reply.kind}`)
    const done = await row(connection, ({ key, outcome }) => key === reply.executionId && outcome === 'ok')
    expect(done).toMatchObject({
      status: 'done',
      registered: false,
      results: 3,
      errors: 0,
      live: true,
      origin: { kind: 'submission', name: 'doubles', sourceId: reply.sourceId },
    })
    const detail = await executionDetail(connection, reply.executionId)
    expect(detail).toMatchObject({
      results: ['0', '2', '4'],
      resultCount: 3,
      errors: [],
      source: { script },
      silent: [],
    })
    expect(detail.parts[0]?.steps.map((step) => step.type)).toContain('map')

    await dropExecution(connection, reply.executionId, seen(connection, reply.executionId))
    expect(connection.hub.feed.executions.get(reply.executionId)).toMatchObject({ live: false, outcome: 'ok' })
    expect(await executionDetail(connection, reply.executionId)).toMatchObject({
      live: false,
      results: null,
      resultCount: 3,
    })
    await expect(
      dropExecution(connection, reply.executionId, seen(connection, reply.executionId)),
    ).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(executionDetail(connection, `${'0'.repeat(40)}-999`)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a run that raises is failed, and its error is named', async () => {
    const { connection } = await embedded()
    const script = `GB('PythonReader').map(lambda n: n['x']).run(lambda: (yield 1))`
    const reply = await submit(connection, submission(script))
    if (reply.kind !== 'started') throw new Error(`started, not ${reply.kind}`)
    const failed = await row(connection, ({ key, outcome }) => key === reply.executionId && outcome === 'failed')
    expect(failed.firstError).toMatch(/^TypeError: /)
    expect((await executionDetail(connection, reply.executionId)).errors[0]).toMatch(/Traceback/)
  })

  test('aborting running Python ends it, and says that it was forced', async () => {
    const { connection } = await embedded()
    const reply = await submit(connection, submission(LONG))
    if (reply.kind !== 'started') throw new Error(`started, not ${reply.kind}`)
    await row(connection, ({ key, outcome }) => key === reply.executionId && outcome === 'running')
    expect(await abortExecution(connection, reply.executionId, seen(connection, reply.executionId))).toMatchObject({
      shards: ['standalone'],
    })
    const over = connection.hub.feed.executions.get(reply.executionId)
    expect(over).toMatchObject({ outcome: 'aborted', abortCause: 'forced' })
  })

  test('aborting a blocking run tells that it worked, though the server says that there is none', async () => {
    const { connection } = await embedded()
    const finished = submit(connection, submission(LONG, true))
    const running = await row(connection, ({ outcome }) => outcome === 'running')
    await abortExecution(connection, running.key, seen(connection, running.key))
    expect(connection.hub.feed.executions.get(running.key)).toMatchObject({ live: false, outcome: 'aborted' })
    expect(await finished).toMatchObject({ kind: 'finished', outcome: 'aborted' })
  })

  test('a script that does not run is rejected in the words of the server', async () => {
    const { connection } = await embedded()
    await expect(submit(connection, submission('def f(:'))).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('SyntaxError'),
    })
    expect(await submit(connection, submission('x = 1'))).toMatchObject({ kind: 'nothing' })
  })

  test('registrations are found, fired, counted and unregistered', async () => {
    const { connection, redis } = await embedded()
    const script = `GB('CommandReader', desc='shouts').map(lambda a: a[1].upper()).register(trigger='shout')`
    const reply = await submit(connection, { ...submission(script), id: 'shouting' })
    if (reply.kind !== 'registered') throw new Error(`registered, not ${reply.kind}`)
    const [id] = reply.registrations
    if (id === undefined) throw new Error('no registration was found')
    expect(await trigger(connection, 'shout', { args: ['hey'], override: [] })).toMatchObject({
      results: ['HEY'],
      resultCount: 1,
    })
    expect(await trigger(connection, 'shout', { args: [], override: [] })).toMatchObject({
      error: expect.stringMatching(/IndexError/),
    })
    expect(await trigger(connection, 'whisper', { args: [], override: [] })).toMatchObject({
      error: expect.any(String),
    })
    expect(await locateRegistration(connection, id)).toMatchObject({
      key: id,
      name: 'shouts',
      // One of its two runs failed: too few to say more.
      health: 'flaky',
      counters: { triggered: 2, success: 1, failures: 1, aborted: 0 },
      privateData: { session: 'shouting' },
    })
    await unregister(connection, id, seen(connection, id), true)
    expect(await redis.call('RG.DUMPREGISTRATIONS')).toEqual([])
    expect(connection.hub.feed.registrations.get(id)).toBeUndefined()
    await expect(locateRegistration(connection, id)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a typo in a configuration key is caught before it becomes a key of its own', async () => {
    const { connection, redis } = await embedded()
    await expect(setConfig(connection, 'MaxExecution', { value: '5', userKey: false })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('did you mean MaxExecutions?'),
    })
    await expect(setConfig(connection, 'MaxExecutions', { value: 'five', userKey: false })).rejects.toMatchObject({
      code: 'invalid_request',
      details: [{ at: 'value', message: 'MaxExecutions must be a whole number' }],
    })
    await expect(setConfig(connection, 'ExecutionThreads', { value: '5', userKey: false })).rejects.toMatchObject({
      code: 'invalid_request',
    })
    const [answer] = await setConfig(connection, 'MaxExecutions', { value: '500', userKey: false })
    expect(answer).toMatchObject({ value: { key: 'MaxExecutions', stored: 'core' } })
    expect(await redis.call('RG.CONFIGGET', 'MaxExecutions')).toEqual([500])
    expect(await setConfig(connection, 'shopName', { value: 'x', userKey: true })).toMatchObject([
      { value: { stored: 'extra' } },
    ])
    const { shards } = await config(connection, ['shopName'])
    expect(shards[0]).toMatchObject({ value: expect.arrayContaining([{ key: 'shopName', value: 'x' }]) })
  })

  test('memory, requirements, sessions and the cluster are told by the shard', async () => {
    const { connection, redis } = await embedded()
    expect((await memory(connection)).shards).toMatchObject([{ value: { current: expect.any(Number) } }])
    const evicts = (yes: boolean) =>
      until(connection, () => connection.hub.feed.shardStates.find((shard) => shard.evicts === yes))
    await redis.call('CONFIG', 'SET', 'maxmemory', '1gb')
    await evicts(false)
    await redis.call('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl')
    await evicts(true)
    await redis.call('CONFIG', 'SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction')
    await evicts(false)
    expect((await requirements(connection)).shards).toMatchObject([{ value: [] }])
    expect((await sessions(connection)).shards).toMatchObject([{ value: [] }])
    expect(await cluster(connection)).toMatchObject({ cluster: false, views: [{ value: { mode: 'none' } }] })
    await expect(refreshCluster(connection)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  test('whoever applies the deltas, reading when he likes, has what the server has', async () => {
    const { connection } = await embedded()
    const { feed } = connection.hub
    const viewers = [1, 3, 10].map((every) => ({ every, version: NONE, view: emptyView() }))
    let published = 0
    const unsubscribe = feed.subscribe(() => {
      published++
      for (const viewer of viewers) {
        if (published % viewer.every === 0) viewer.version = apply(viewer.view, feed.since(viewer.version))
      }
    })
    await submit(connection, submission(`GB('KeysReader').register('k*', mode='async')`))
    const runs: string[] = []
    for (let i = 0; i < 40; i++) {
      const fails = i % 3 === 0
      const script = `GB('PythonReader').map(lambda n: ${fails ? '1 / 0' : 'n'}).run(lambda: (yield ${i}))`
      const reply = await submit(connection, submission(script))
      if (reply.kind === 'started') runs.push(reply.executionId)
      const old = runs[i - 5]
      if (old !== undefined && i % 4 === 0) await dropExecution(connection, old, seen(connection, old))
    }
    // Outcomes are read one after the other, after the list.
    const isRead = (id: string) => ['ok', 'failed'].includes(feed.executions.get(id)?.outcome ?? '')
    await until(connection, () => runs.every(isRead) || undefined)
    unsubscribe()
    for (const { version, view } of viewers) {
      apply(view, feed.since(version))
      expect(sorted(view.executions.values())).toEqual(sorted(feed.executions.values()))
      expect(sorted(view.registrations.values())).toEqual(sorted(feed.registrations.values()))
    }
    const outcomes = runs.map((id) => feed.executions.get(id)?.outcome)
    expect(outcomes).toEqual(runs.map((_, i) => (i % 3 === 0 ? 'failed' : 'ok')))
  })
})

describe('on three shards', () => {
  let engine: StartedProcess
  beforeAll(async () => {
    engine = await startEngine(3)
  })
  afterAll(() => engine.stop())

  async function clustered() {
    const connection = watch(engine.port)
    await status(connection, 'live')
    const shards = connection.hub.feed.shardStates
    expect(shards).toHaveLength(3)
    return { connection, shards }
  }

  /** A connection to one shard, past what the cluster would say. */
  function direct(address: string | undefined): Redis {
    const redis = new Redis(Number(address?.split(':')[1]), '127.0.0.1')
    closedAfter(() => redis.disconnect())
    return redis
  }

  /** Hangs a shard; resolves when it answers again. */
  function hang(address: string | undefined, seconds: number): Promise<unknown> {
    const asleep = direct(address).call('DEBUG', 'SLEEP', String(seconds))
    // A test that fails first closes the connection under it: that is no failure of its own.
    asleep.catch(() => undefined)
    return asleep
  }

  const countOnAll = `GB('KeysReader').map(lambda r: 1).run('nothing*')`

  test('before RG.REFRESHCLUSTER equal ids are different executions; after it one execution is on all', async () => {
    const { connection, shards } = await clustered()
    expect(connection.hub.feed.connection.capability).toMatchObject({ cluster: true, clusterInitialised: false })
    const ids = await Promise.all(
      shards.map(({ address }) => direct(address).call('RG.PYEXECUTE', countOnAll, 'UNBLOCKING')),
    )
    expect(new Set(ids).size).toBe(1)
    const id = String(ids[0])
    const keys = await Promise.all(
      shards.map(({ key }) => row(connection, (each) => each.shard === key && each.outcome === 'ok')),
    )
    expect(keys.map(({ key }) => key)).toEqual(shards.map(({ key }) => `${id}@${key}`))
    await expect(executionDetail(connection, id)).rejects.toMatchObject({ code: 'invalid_request' })
    expect(await executionDetail(connection, `${id}@${shards[1]?.key}`)).toMatchObject({ id, shard: shards[1]?.key })
    await dropExecution(connection, `${id}@${shards[1]?.key}`, seen(connection, `${id}@${shards[1]?.key}`))
    expect(keys.map(({ key }) => connection.hub.feed.executions.get(key)?.live)).toEqual([true, false, true])

    expect(await refreshCluster(connection)).toEqual({ shards: shards.map(({ key }) => key) })
    await until(connection, () => connection.hub.feed.connection.capability?.clusterInitialised || undefined)
    const reply = await submit(connection, submission(countOnAll))
    if (reply.kind !== 'started') throw new Error(`started, not ${reply.kind}`)
    const whole = await row(connection, ({ key, outcome }) => key === reply.executionId && outcome === 'ok')
    expect(whole.coverage).toEqual({ answered: 3, of: 3 })
    const detail = await executionDetail(connection, reply.executionId)
    expect(detail.parts.map(({ shard }) => shard)).toEqual(shards.map(({ key }) => key))
  })

  test('counters are the sums of what each shard says', async () => {
    const { connection, shards } = await clustered()
    const reply = await submit(connection, submission(`GB('KeysReader').register('sum:*', mode='async_local')`))
    if (reply.kind !== 'registered') throw new Error(`registered, not ${reply.kind}`)
    const owners = shards.map(({ address, slots }) => ({ slots, redis: direct(address) }))
    for (let i = 0; i < 60; i++) {
      const slot = slotOf(`sum:${i}`)
      const owner = owners.find(({ slots }) => slots.some(([from, to]) => from <= slot && slot <= to))
      await owner?.redis.set(`sum:${i}`, '1')
    }
    const [key = ''] = reply.registrations
    const merged = await until(connection, () => {
      const each = connection.hub.feed.registrations.get(key)
      return each?.counters.success === 60 ? each : undefined
    })
    expect(merged).toMatchObject({ missingOn: [], coverage: { answered: 3, of: 3 } })
    const perShard = await Promise.all(shards.map(({ address }) => direct(address).call('RG.DUMPREGISTRATIONS')))
    const triggered = perShard.map((dump) => Number(/numTriggered,(\d+)/.exec(String(dump))?.[1]))
    expect(merged.perShard.map((part) => part.counters.triggered)).toEqual(triggered)

    expect(await unregister(connection, key, seen(connection, key), false)).toMatchObject({
      shards: shards.map((shard) => shard.key),
    })
    expect(connection.hub.feed.registrations.get(key)).toBeUndefined()
    const after = await Promise.all(shards.map(({ address }) => direct(address).call('RG.DUMPREGISTRATIONS')))
    expect(after).toEqual([[], [], []])
  })

  test('a hung shard goes silent with what it said last, delays no other, and is back by itself', async () => {
    const { connection, shards } = await clustered()
    const [first, hung] = shards
    if (!first || !hung) throw new Error('no shards')
    const before = connection.hub.feed.executions.size
    const asleep = hang(hung.address, 8)
    const partial = await status(connection, 'partial')
    expect(partial.coverage).toEqual({ answered: 2, of: 3 })
    const silent = connection.hub.feed.shardStates.find(({ key }) => key === hung.key)
    expect(silent).toMatchObject({
      state: 'silent',
      error: { message: expect.stringContaining('3000 ms') },
      answeredAt: expect.any(Number),
    })
    expect(connection.hub.feed.executions.size).toBe(before)
    await until(connection, () => (connection.hub.feed.lastSample?.running === null ? true : undefined))
    const since = Date.now()
    await until(connection, () => {
      const answered = connection.hub.feed.shardStates.find(({ key }) => key === first.key)?.answeredAt ?? 0
      return answered > since || undefined
    })
    expect(connection.hub.feed.connection.status).toBe('partial')
    await asleep
    await status(connection, 'live')
  })

  test('while a shard hangs, unregister and drop reach the others, and say where it may be still', async () => {
    const { connection, shards } = await clustered()
    const [hung, ...others] = shards
    if (!hung) throw new Error('no shards')
    await until(connection, () => connection.hub.feed.connection.capability?.clusterInitialised || undefined)
    const ran = await submit(connection, submission(countOnAll))
    if (ran.kind !== 'started') throw new Error(`started, not ${ran.kind}`)
    await row(connection, ({ key, outcome }) => key === ran.executionId && outcome === 'ok')
    const reply = await submit(connection, submission(`GB('KeysReader').register('late:*', mode='async_local')`))
    if (reply.kind !== 'registered') throw new Error(`registered, not ${reply.kind}`)
    const [key = ''] = reply.registrations
    await until(connection, () =>
      connection.hub.feed.registrations.get(key)?.perShard.length === 3 ? true : undefined,
    )

    const asleep = hang(hung.address, 15)
    await status(connection, 'partial')
    const partial = (message: string) => ({
      status: 'rejected',
      reason: {
        code: 'partial',
        message: expect.stringContaining('on 2 of 3 shards'),
        details: [{ at: hung.key, message: expect.stringContaining(message) }],
      },
    })
    const both = [
      unregister(connection, key, seen(connection, key), false),
      dropExecution(connection, ran.executionId, seen(connection, ran.executionId)),
    ]
    expect(await Promise.allSettled(both)).toMatchObject([partial('may still have it'), partial('may still have it')])
    expect(connection.hub.feed.registrations.get(key)?.perShard.map(({ shard }) => shard)).toEqual([hung.key])
    for (const { address } of others) expect(await direct(address).call('RG.DUMPREGISTRATIONS')).toEqual([])
    await asleep
    await status(connection, 'live')
    await until(connection, () => (connection.hub.feed.registrations.get(key) ? undefined : true))
    await until(connection, () => connection.hub.feed.executions.get(ran.executionId)?.live === false || undefined)
  })

  test('a shard that dies loses its executions and comes back with new ones', async () => {
    const { connection, shards } = await clustered()
    const victim = shards[2]
    if (!victim) throw new Error('no shards')
    const redis = direct(victim.address)
    await redis.call('RG.PYEXECUTE', countOnAll, 'UNBLOCKING')
    await row(connection, ({ shard, live }) => shard === victim.key && live)
    await redis.call('DEBUG', 'SEGFAULT').catch(() => undefined)
    await until(connection, () => {
      const state = connection.hub.feed.shardStates.find(({ key }) => key === victim.key)
      return (state?.state === 'up' && state.executions === 0) || undefined
    })
    await status(connection, 'live')
    const left = [...connection.hub.feed.executions.values()].filter(
      // Others may still hold what is named by the shard that began it.
      ({ shard, id }) => shard === victim.key && id.startsWith('0'.repeat(40)),
    )
    expect(left.map(({ live }) => live)).toEqual(left.map(() => false))
    await direct(victim.address).call('RG.PYEXECUTE', countOnAll, 'UNBLOCKING')
    expect(await row(connection, ({ shard, live }) => shard === victim.key && live)).toMatchObject({ live: true })
  })
})

const NONE: number | undefined = undefined

interface View {
  readonly executions: Map<string, Execution>
  readonly registrations: Map<string, Registration>
}

const emptyView = (): View => ({ executions: new Map(), registrations: new Map() })

function apply(view: View, delta: LiveDelta): number {
  if (delta.full) {
    view.executions.clear()
    view.registrations.clear()
  }
  for (const key of delta.executions.removed) view.executions.delete(key)
  for (const each of delta.executions.upserts) view.executions.set(each.key, each)
  for (const key of delta.registrations.removed) view.registrations.delete(key)
  for (const each of delta.registrations.upserts) view.registrations.set(each.key, each)
  return delta.version
}

const sorted = <T extends { readonly key: string }>(rows: Iterable<T>): readonly T[] =>
  [...rows].sort((a, b) => (a.key < b.key ? -1 : 1))
