import { commands, Gears, GearsError, RedisGears, type ShardReply } from '@gearboard/gears'
import { ReplayServer } from '@gearboard/gears/testing/replay-server'
import { slotOf } from '@gearboard/gears/vocabulary/slots'
import { Cluster, Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePorts } from './free-ports'
import { BUS, type StartedProcess, startRedis, startSentinel } from './gears-processes'

const open: { close(): Promise<void> }[] = []
/** A client that is closed after the test. */
const client = (...args: ConstructorParameters<typeof RedisGears>) => {
  const gears = new RedisGears(...args)
  open.push(gears)
  return gears
}
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const failure = async (work: Promise<unknown>): Promise<GearsError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof GearsError)) throw new Error(`no GearsError but ${String(error)}`)
  return error
}

const values = <T>(answers: readonly ShardReply<T>[]) =>
  answers.map((answer) => ('value' in answer ? answer.value : answer.error.code))

describe('a Redis without the module', () => {
  let redis: StartedProcess
  let guarded: StartedProcess
  beforeAll(async () => {
    redis = await startRedis()
    guarded = await startRedis(['--requirepass', 'pa:ss/w@rd'])
  })
  afterAll(async () => {
    await redis.stop()
    await guarded.stop()
  })

  it('is told from one that has it', async () => {
    const gears = client(`redis://127.0.0.1:${redis.port}`)
    expect(await failure(gears.probe())).toMatchObject({ code: 'module_missing', address: `127.0.0.1:${redis.port}` })
    expect(await failure(gears.send(commands.dumpPlugins))).toMatchObject({ code: 'module_missing' })
    expect(await gears.shards()).toMatchObject([{ key: 'standalone', nodeId: null, slots: [[0, 16383]] }])
  })

  it('has answered in time where it was the client that was late to look', async () => {
    const timeoutMs = 300
    const [shard] = await client(`redis://127.0.0.1:${redis.port}`, { timeoutMs }).shards()
    const answer = shard?.send(commands.ping)
    // It is sent before the event loop comes to this, and nothing is read meanwhile.
    await new Promise<void>((resolve) =>
      setImmediate(() => {
        const end = performance.now() + 2 * timeoutMs
        while (performance.now() < end);
        resolve()
      }),
    )
    expect(await answer).toBe('PONG')
  })

  it('takes user and password from the URL', async () => {
    const gears = client(`redis://:${encodeURIComponent('pa:ss/w@rd')}@127.0.0.1:${guarded.port}/0`)
    expect(await gears.send(commands.ping)).toBe('PONG')
  })

  it('says no in its own words, and no password is told', async () => {
    const wrong = await failure(client(`redis://:secret@127.0.0.1:${guarded.port}`).probe())
    expect(wrong).toMatchObject({ code: 'rejected', message: expect.stringMatching(/^WRONGPASS /) })
    expect(JSON.stringify({ ...wrong, message: wrong.message, stack: wrong.stack })).not.toContain('secret')
    const none = await failure(client(`redis://127.0.0.1:${guarded.port}`).probe())
    expect(none).toMatchObject({ code: 'rejected', message: expect.stringMatching(/^NOAUTH /) })
  })

  it('is wrapped when one has a client already, which stays open', async () => {
    const own = new Redis(redis.port, '127.0.0.1')
    const gears = new Gears(own)
    expect(await gears.send(commands.ping)).toBe('PONG')
    expect(await failure(gears.probe())).toMatchObject({ code: 'module_missing' })
    await gears.close()
    expect(await own.ping()).toBe('PONG')
    own.disconnect()
  })

  it('is found through a sentinel', async () => {
    const sentinel = await startSentinel('mymaster', redis.port)
    const gears = client(`redis+sentinel://127.0.0.1:${sentinel.port}/mymaster`)
    expect(await gears.send(commands.ping)).toBe('PONG')
    expect((await gears.shards()).map(({ address }) => address)).toEqual([`127.0.0.1:${redis.port}`])
    expect(gears.namedBy).toBe(`127.0.0.1:${sentinel.port}`)
    await sentinel.stop()
  })
})

describe('a server that is not there', () => {
  it('is unreachable at once, each time, and reached when it comes', async () => {
    const port = await freePorts(1)
    const gears = client(`redis://user:secret@127.0.0.1:${port}`)
    for (const _ of [1, 2, 3]) {
      const error = await failure(gears.send(commands.ping))
      expect(error).toMatchObject({ code: 'unreachable', message: `connect ECONNREFUSED 127.0.0.1:${port}` })
      expect(JSON.stringify(error)).not.toContain('secret')
    }
    const redis = await startRedis(['--user', 'user', 'on', '>secret', '~*', '+@all'], port)
    await expect.poll(() => gears.send(commands.ping).catch(() => 'not yet')).toBe('PONG')
    await redis.stop()
  })

  it('is unreachable when its name is none', async () => {
    expect(await failure(client('redis://no-such-host.invalid').probe())).toMatchObject({ code: 'unreachable' })
  })
})

describe('a server that misbehaves', () => {
  let server: ReplayServer
  beforeAll(async () => {
    server = await ReplayServer.start()
  })
  afterAll(() => server.stop())
  const url = () => `redis://127.0.0.1:${server.port}`

  /** Connected, and left without an answer from now on. */
  async function left() {
    server.answer = () => '+PONG\r\n'
    const gears = client(url(), { timeoutMs: 500, cluster: false })
    await expect.poll(() => gears.send(commands.ping).catch(() => 'not yet')).toBe('PONG')
    server.answer = () => undefined
    return gears
  }

  it('times out when it never answers, and is asked anew', async () => {
    const gears = await left()
    expect(await failure(gears.send(commands.dumpExecutions))).toMatchObject({
      code: 'timeout',
      command: 'RG.DUMPEXECUTIONS',
    })
    server.answer = () => '*0\r\n'
    await expect.poll(() => gears.send(commands.dumpExecutions).catch(() => 'not yet')).toEqual([])
  })

  it('is hung up on once, however many commands it leaves without an answer', async () => {
    const warnings: string[] = []
    const warned = ({ name }: Error) => warnings.push(name)
    process.on('warning', warned)
    const gears = await left()
    const late = await Promise.all(Array.from({ length: 12 }, () => failure(gears.send(commands.dumpExecutions))))
    expect(new Set(late.map(({ code }) => code))).toEqual(new Set(['timeout']))
    server.answer = () => '*0\r\n'
    await expect.poll(() => gears.send(commands.dumpExecutions).catch(() => 'not yet')).toEqual([])
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })

  it('is unreachable when it hangs up on a command', async () => {
    server.answer = () => {
      server.drop()
      return undefined
    }
    const gears = client(url(), { cluster: false })
    const closed = { code: 'unreachable', message: 'the server closed the connection' }
    expect(await failure(gears.send(commands.dumpExecutions))).toMatchObject(closed)
    expect(await failure(client(url(), { cluster: false }).pyexecute(''))).toMatchObject(closed)
  })

  it('answers badly when it speaks no RESP any more', async () => {
    server.answer = () => 'HTTP/1.1 400 Bad Request\r\n\r\n'
    expect(await failure(client(url(), { cluster: false }).send(commands.ping))).toMatchObject({ code: 'bad_reply' })
  })

  it('answers others while a blocking command waits, which closing ends', async () => {
    server.answer = ([name]) => (name === 'RG.PYEXECUTE' ? undefined : '*0\r\n')
    const gears = client(url(), { cluster: false })
    const run = failure(gears.pyexecute('GB().run()'))
    await expect.poll(() => server.seen.at(-1)?.[0]).toBe('RG.PYEXECUTE')
    expect(await gears.send(commands.dumpExecutions)).toEqual([])
    await gears.close()
    expect(await run).toMatchObject({ code: 'unreachable', message: 'the client was closed' })
    await expect.poll(() => server.connections).toBe(0)
  })

  it('gives a blocking command up after its own time', async () => {
    server.answer = () => undefined
    const gears = client(url(), { cluster: false, blockingTimeoutMs: 100 })
    expect(await failure(gears.pyexecute('GB().run()'))).toMatchObject({ code: 'timeout', command: 'RG.PYEXECUTE' })
  })

  it('keeps a few connections for the next blocking commands', async () => {
    server.answer = () => '+OK\r\n'
    const gears = client(url(), { cluster: false })
    await Promise.all(Array.from({ length: 20 }, () => gears.abortExecution('x')))
    await expect.poll(() => server.connections).toBeLessThanOrEqual(5)
    await Promise.all([gears.abortExecution('x'), gears.abortExecution('x')])
    expect(server.connections).toBeLessThanOrEqual(5)
  })

  it('refuses to refresh a cluster that it would kill', async () => {
    const info = 'redis_version:7.0.15\r\ncluster_enabled:0\r\n'
    server.answer = ([name]) =>
      name === 'INFO'
        ? `$${info.length}\r\n${info}\r\n`
        : '*1\r\n*4\r\n$4\r\nname\r\n$2\r\nrg\r\n$3\r\nver\r\n:10205\r\n'
    server.seen.splice(0)
    const [answer] = await client(url()).refreshCluster()
    expect(answer).toMatchObject({ error: { code: 'invalid_request', message: expect.stringContaining('1.2.5') } })
    expect(server.seen.map(([name]) => name)).not.toContain('RG.REFRESHCLUSTER')
  })
})

describe('a cluster of which one node hangs', () => {
  let good: ReplayServer
  let hung: ReplayServer
  beforeAll(async () => {
    good = await ReplayServer.start()
    hung = await ReplayServer.start()
  })
  afterAll(async () => {
    await good.stop()
    await hung.stop()
  })

  it('answers for the others, and keeps apart what each said', async () => {
    const node = (host: string, port: number, id: string) =>
      `*3\r\n$${host.length}\r\n${host}\r\n:${port}\r\n$40\r\n${id.repeat(40)}\r\n`
    // One names an address that only natMap makes reachable, the other none at all.
    const slots = `*2\r\n*3\r\n:8192\r\n:16383\r\n${node('10.255.0.1', 6379, 'b')}*3\r\n:0\r\n:8191\r\n${node('', good.port, 'a')}`
    good.answer = ([name]) => (name === 'CLUSTER' ? slots : '*0\r\n')
    hung.answer = () => undefined
    const gears = client(`redis://127.0.0.1:${good.port}`, {
      cluster: true,
      timeoutMs: 200,
      natMap: { '10.255.0.1:6379': { host: '127.0.0.1', port: hung.port } },
    })
    expect(await gears.shards()).toMatchObject([
      { key: 'a'.repeat(40), address: `127.0.0.1:${good.port}`, slots: [[0, 8191]] },
      { key: 'b'.repeat(40), address: `127.0.0.1:${hung.port}`, slots: [[8192, 16383]] },
    ])
    expect(values(await gears.dumpExecutions())).toEqual([[], 'timeout'])
    expect(await gears.send(commands.dumpExecutions)).toEqual([])
  })
})

describe('a real Redis Cluster', () => {
  const nodes: StartedProcess[] = []
  const admin: Redis[] = []
  beforeAll(async () => {
    const base = await freePorts(3, BUS)
    const ranges = [
      [0, 5460],
      [5461, 10922],
      [10923, 16383],
    ] as const
    for (const [i, range] of ranges.entries()) {
      nodes.push(await startRedis(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'], base + i))
      const redis = new Redis(base + i, '127.0.0.1')
      admin.push(redis)
      await redis.call('CLUSTER', 'ADDSLOTSRANGE', ...range)
      if (i > 0) await redis.call('CLUSTER', 'MEET', '127.0.0.1', base)
    }
    for (const redis of admin) {
      const state = async () => String(await redis.call('CLUSTER', 'INFO'))
      await vi.waitUntil(async () => (await state()).includes('cluster_state:ok'), { timeout: 30_000, interval: 100 })
    }
  })
  afterAll(async () => {
    for (const redis of admin) redis.disconnect()
    for (const node of nodes) await node.stop()
  })
  const url = () => `redis://127.0.0.1:${nodes[1]?.port}`

  it('is found out, with its masters in the order of their slots', async () => {
    const shards = await client(url()).shards()
    const ids = await Promise.all(admin.map((redis) => redis.call('CLUSTER', 'MYID')))
    expect(shards.map(({ key }) => key)).toEqual(ids)
    expect(shards.map(({ address }) => address)).toEqual(nodes.map(({ port }) => `127.0.0.1:${port}`))
    expect(shards.map(({ slots }) => slots)).toEqual([[[0, 5460]], [[5461, 10922]], [[10923, 16383]]])
  })

  it('is one server when it is told so', async () => {
    expect(await client(url(), { cluster: false }).shards()).toMatchObject([{ key: 'standalone' }])
  })

  it('is asked where a key lives', async () => {
    const gears = client(url())
    const set = { ...commands.ping, name: 'SET', args: () => ['where', 'here'] }
    expect(await gears.forKey('where', set)).toBe('OK')
    expect(await admin[0]?.call('CLUSTER', 'KEYSLOT', 'where')).toBe(slotOf('where'))
  })

  it('is wrapped by a client that one has already', async () => {
    const own = new Cluster([{ host: '127.0.0.1', port: nodes[0]?.port }])
    const gears = new Gears(own)
    expect(values(await gears.everyShard(commands.ping))).toEqual(['PONG', 'PONG', 'PONG'])
    await gears.close()
    expect(await own.ping()).toBe('PONG')
    own.disconnect()
  })

  it('shows the replica of a master, and sends it nothing', async () => {
    const replica = await startRedis(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'])
    const redis = new Redis(replica.port, '127.0.0.1')
    try {
      const master = String(await admin[0]?.call('CLUSTER', 'MYID'))
      await redis.call('CLUSTER', 'MEET', '127.0.0.1', nodes[0]?.port ?? 0)
      const knows = async () => String(await redis.call('CLUSTER', 'NODES')).includes(`${master} `)
      await vi.waitUntil(knows, { timeout: 20_000, interval: 100 })
      await redis.call('CLUSTER', 'REPLICATE', master)
      const gears = client(url())
      const online = async () => {
        const [first, ...others] = values(await gears.everyShard(commands.replication))
        return { first, others }
      }
      await expect.poll(online).toMatchObject({
        first: {
          role: 'master',
          replicas: [{ address: `127.0.0.1:${replica.port}`, state: 'online', lagS: expect.any(Number) }],
        },
        others: [
          { role: 'master', replicas: [] },
          { role: 'master', replicas: [] },
        ],
      })
      // CLUSTER SLOTS lists it behind its master: it is no shard.
      const shards = await gears.shards()
      expect(shards.map(({ address }) => address)).not.toContain(`127.0.0.1:${replica.port}`)
      expect(shards).toHaveLength(3)
      const itself = client(`redis://127.0.0.1:${replica.port}`, { cluster: false })
      expect(await itself.send(commands.replication)).toEqual({ role: 'replica', replicas: [] })
    } finally {
      redis.disconnect()
      await replica.stop()
    }
  })

  it('tells who moved a slot, and follows', async () => {
    const [from, to] = admin
    const [fromId, toId] = await Promise.all([from?.call('CLUSTER', 'MYID'), to?.call('CLUSTER', 'MYID')])
    const gears = client(url(), { maxAgeMs: 3_600_000 })
    await gears.shards()
    const changes: number[] = []
    gears.on('topology', (shards) => changes.push(shards.flatMap(({ slots }) => slots).length))
    // In the middle of its owner's range, so that only the slots distinguish the new map from the old.
    const key = Array.from({ length: 100 }, (_, n) => `key${n}`).find((one) => slotOf(one) > 0 && slotOf(one) < 5000)
    const slot = slotOf(key ?? '')
    for (const redis of [to, from, admin[2]]) await redis?.call('CLUSTER', 'SETSLOT', slot, 'NODE', String(toId))
    // The old owner replies that it moved.
    const set = { ...commands.ping, name: 'SET', args: () => [key ?? '', 'x'] }
    expect(await gears.forKey(key ?? '', set)).toBe('OK')
    expect(changes).toEqual([5])
    for (const redis of [to, from, admin[2]]) await redis?.call('CLUSTER', 'DELSLOTS', slot).catch(() => undefined)
    await from?.call('CLUSTER', 'ADDSLOTS', slot).catch(() => undefined)
    expect(fromId).not.toBe(toId)
  })

  it('loses one node and finds it again', async () => {
    const gears = client(url(), { timeoutMs: 1000 })
    expect(values(await gears.everyShard(commands.ping))).toEqual(['PONG', 'PONG', 'PONG'])
    nodes[2]?.process.kill('SIGSTOP')
    expect(values(await gears.everyShard(commands.ping))).toEqual(['PONG', 'PONG', 'timeout'])
    nodes[2]?.process.kill('SIGCONT')
    await expect.poll(async () => values(await gears.everyShard(commands.ping))).toEqual(['PONG', 'PONG', 'PONG'])
  })

  it('follows a failover, by hand and after a death, though it asks for the slot map on no other occasion', async () => {
    const [first, , master] = nodes
    const replica = await startRedis(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'])
    const redis = new Redis(replica.port, '127.0.0.1')
    redis.on('error', () => undefined)
    const address = ({ port }: Pick<StartedProcess, 'port'>) => `127.0.0.1:${port}`
    const last = async (gears: RedisGears) => (await gears.shards()).at(-1)
    try {
      const masterId = String(await admin[2]?.call('CLUSTER', 'MYID'))
      await redis.call('CLUSTER', 'MEET', '127.0.0.1', first?.port ?? 0)
      const knows = async () => String(await redis.call('CLUSTER', 'NODES')).includes(`${masterId} `)
      await vi.waitUntil(knows, { timeout: 20_000, interval: 100 })
      await redis.call('CLUSTER', 'REPLICATE', masterId)
      const inStep = async () => /master_link_status:up/.test(await redis.info('replication'))
      await vi.waitUntil(inStep, { timeout: 20_000, interval: 100 })

      const gears = client(url(), { maxAgeMs: 3_600_000, timeoutMs: 1000 })
      expect(await last(gears)).toMatchObject({ key: masterId, address: address(master ?? replica) })
      const set = { ...commands.ping, name: 'SET', args: () => ['foo', 'x'] }
      expect(slotOf('foo')).toBe(12_182)

      await redis.call('CLUSTER', 'FAILOVER')
      const promoted = async () => /role:master/.test(await redis.info('replication'))
      await vi.waitUntil(promoted, { timeout: 20_000, interval: 100 })
      // The old master sends us to the new one.
      await expect.poll(() => gears.forKey('foo', set).catch(() => 'not yet')).toBe('OK')
      const replicaId = String(await redis.call('CLUSTER', 'MYID'))
      expect(await last(gears)).toMatchObject({ key: replicaId, address: address(replica) })
      expect(values(await gears.everyShard(commands.ping))).toEqual(['PONG', 'PONG', 'PONG'])

      const following = async () => /master_link_status:up/.test((await admin[2]?.info('replication')) ?? '')
      await vi.waitUntil(following, { timeout: 20_000, interval: 100 })
      replica.process.kill('SIGKILL')
      // No server answers for the slots until the replica is elected.
      await expect
        .poll(async () => [values(await gears.everyShard(commands.ping)), (await last(gears))?.key], {
          timeout: 40_000,
        })
        .toEqual([['PONG', 'PONG', 'PONG'], masterId])
      await expect.poll(() => gears.forKey('foo', set).catch(() => 'not yet')).toBe('OK')
    } finally {
      redis.disconnect()
      await replica.stop()
    }
  })
})
