import { commands, RedisGears } from '@gearboard/gears'
import { ReplayServer } from '@gearboard/gears/testing/replay-server'
import { describe, expect, test } from 'vitest'
import type { Connection } from '@/lib/server/connection/connection'
import { resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, status, until, watch } from '@/test/watched-connection'
import { cluster as clusterAsSeen } from '../operations/cluster'

// A shard that refuses a question says nothing of the cluster: what is known stays, and the next one is asked.

const IDS = ['a', 'b', 'c'].map((letter) => letter.repeat(40))

async function cluster(): Promise<readonly ScriptedRedis[]> {
  const servers: ScriptedRedis[] = []
  for (const id of IDS) {
    const server = await ScriptedRedis.start()
    closedAfter(() => server.replay.stop())
    server.runId = id
    server.executions = [[`${id}-1`, 'running']]
    servers.push(server)
  }
  const slots = servers.map((server, i) => [i * 5000, i * 5000 + 4999, ['127.0.0.1', server.port, IDS[i] ?? '']])
  for (const server of servers) server.slots = slots
  return servers
}

const REFUSALS = [
  'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
  'NOAUTH Authentication required.',
  'LOADING Redis is loading the dataset in memory',
  'ERR internal error of something in between',
  "NOPERM this user has no permissions to run the 'info' command",
  'MASTERDOWN Link with MASTER is down',
] as const

const states = ({ hub }: Connection) => hub.feed.shardStates.map(({ state }) => state)

/** Whether every status but those of the first look was one of these. */
function record(connection: Connection): () => ReadonlySet<string> {
  const seen = new Set<string>()
  closedAfter(connection.hub.feed.subscribe(() => seen.add(connection.hub.feed.connection.status)))
  return () => seen
}

describe('the seed of a cluster that was seen', () => {
  test.each(REFUSALS)('answers %s: it alone is silent', async (words) => {
    const [seed] = await cluster()
    if (!seed) throw new Error('no seed')
    const connection = watch(seed.port)
    await status(connection, 'live')
    await until(connection, () => connection.hub.feed.executions.size === 3 || undefined)
    const seen = record(connection)
    const usual = seed.replay.answer
    seed.replay.answer = () => `-${words}\r\n`
    const state = await status(connection, 'partial')
    // Older than the known masters may become: they are read again, from another one.
    await expect.poll(() => connection.gears.shards().then((shards) => shards.length)).toBe(3)
    expect(state.coverage).toEqual({ answered: 2, of: 3 })
    expect(states(connection)).toEqual(['silent', 'up', 'up'])
    expect(connection.hub.feed.shardStates[0]?.error).toMatchObject({ code: 'rejected', message: words })
    expect([...connection.hub.feed.executions.values()].every(({ live }) => live)).toBe(true)
    await connection.known()
    const answers = await connection.gears.everyShard(commands.dumpExecutions)
    expect(answers.map((answer) => 'value' in answer)).toEqual([false, true, true])
    seed.replay.answer = usual
    await status(connection, 'live')
    expect([...seen()].sort()).toEqual(['live', 'partial'])
  })
})

describe('a client that reads the masters anew', () => {
  async function known(servers: readonly ScriptedRedis[]) {
    const gears = new RedisGears(`redis://127.0.0.1:${servers[0]?.port}`)
    closedAfter(() => gears.close())
    expect(await gears.shards()).toHaveLength(3)
    return gears
  }

  const unknown = (gears: RedisGears) => gears.onShard('no such shard', commands.ping).catch(() => undefined)
  const keys = async (gears: RedisGears) => (await gears.shards()).map(({ key }) => key)

  test.each(REFUSALS)('keeps them while every one answers %s', async (words) => {
    const servers = await cluster()
    const gears = await known(servers)
    for (const server of servers) server.replay.answer = () => `-${words}\r\n`
    await unknown(gears)
    expect(await keys(gears)).toEqual(IDS)
  })

  test('keeps them where all slots are gone, and where one alone says that it is no cluster', async () => {
    const servers = await cluster()
    const gears = await known(servers)
    for (const server of servers) server.instead.set('CLUSTER SLOTS', resp([]))
    await unknown(gears)
    expect(await keys(gears)).toEqual(IDS)

    const [first, ...others] = servers
    for (const server of others) server.instead.delete('CLUSTER SLOTS')
    if (first) first.slots = []
    await unknown(gears)
    expect(await keys(gears)).toEqual(IDS)
    for (const server of others) server.replay.answer = () => '-LOADING Redis is loading the dataset in memory\r\n'
    await unknown(gears)
    expect(await keys(gears)).toEqual(IDS)
  })

  test('believes one that says so where the others are gone', async () => {
    const servers = await cluster()
    const gears = await known(servers)
    const [first, ...others] = servers
    if (first) first.slots = []
    for (const server of others) await server.replay.stop()
    await unknown(gears)
    expect(await keys(gears)).toEqual(['standalone'])
  })

  test('asks the next of several that it was given, and the next shard for what any can do', async () => {
    const servers = await cluster()
    const busy = await ReplayServer.start()
    closedAfter(() => busy.stop())
    busy.answer = () => `-${REFUSALS[0]}\r\n`
    const gears = new RedisGears(`redis://127.0.0.1:${busy.port},127.0.0.1:${servers[1]?.port}`)
    closedAfter(() => gears.close())
    expect(await keys(gears)).toEqual(IDS)
    const [first] = servers
    if (first) first.replay.answer = () => `-${REFUSALS[2]}\r\n`
    expect(await gears.probe()).toMatchObject({ cluster: true, generation: '1.2' })
  })
})

describe('a master that another one replaces', () => {
  const D = 'd'.repeat(40)

  /** The third shard's slots are the fourth server's, as these servers tell. */
  async function replaced() {
    const servers = await cluster()
    const fourth = await ScriptedRedis.start()
    closedAfter(() => fourth.replay.stop())
    fourth.runId = D
    const [first, second, third] = servers
    if (!first || !second || !third) throw new Error('no servers')
    const slots = [first, second, fourth].map((server, i) => [
      i * 5000,
      i * 5000 + 4999,
      ['127.0.0.1', server.port, [...IDS.slice(0, 2), D][i] ?? ''],
    ])
    const tell = (...telling: readonly ScriptedRedis[]) => {
      for (const server of telling) server.slots = slots
    }
    return { first, second, third, fourth, tell }
  }

  test('takes its place: what the old one had is gone with it, and the connection is live', async () => {
    const { first, second, third, fourth, tell } = await replaced()
    const connection = watch(first.port)
    await status(connection, 'live')
    const { feed } = connection.hub
    await until(connection, () => feed.executions.size === 3 || undefined)
    await third.replay.stop()
    fourth.executions = [[`${D}-1`, 'running']]
    tell(first, second, fourth)
    await until(connection, () => feed.shardStates.some(({ key, state }) => key === D && state === 'up') || undefined)
    expect(feed.shardStates.map(({ key }) => key)).toEqual([...IDS.slice(0, 2), D])
    const lost = await until(connection, () => {
      const row = feed.executions.get(`${IDS[2]}-1`)
      return row && !row.live ? row : undefined
    })
    expect(lost).toMatchObject({ gone: { cause: 'shard_left' } })
    expect(feed.executions.get(`${IDS[0]}-1`)).toMatchObject({ live: true, outcome: 'running' })
    await until(connection, () => feed.executions.get(`${D}-1`)?.live || undefined)
    expect((await status(connection, 'live')).coverage).toEqual({ answered: 3, of: 3 })
  })

  test.each([
    ['that the others know of', true],
    ['that the others do not know of yet', false],
  ])('is found by MOVED, to one %s', async (_, known) => {
    const { first, second, third, fourth, tell } = await replaced()
    const gears = new RedisGears(`redis://127.0.0.1:${first.port}`, { maxAgeMs: 3_600_000 })
    closedAfter(() => gears.close())
    expect((await gears.shards()).map(({ key }) => key)).toEqual(IDS)
    tell(...(known ? [first, second, third, fourth] : [fourth]))
    third.instead.set('OBJECT ENCODING FOO', `-MOVED 12182 127.0.0.1:${fourth.port}\r\n`)
    expect(await gears.forKey('foo', commands.objectEncoding, 'foo')).toBe('OK')
    expect(fourth.replay.seen).toContainEqual(['OBJECT', 'ENCODING', 'foo'])
    expect((await gears.shards()).map(({ key }) => key)).toEqual([...IDS.slice(0, 2), D])
    await expect.poll(() => third.replay.connections).toBe(0)
  })

  test('that sends on and on is told in its own words', async () => {
    const { first, third, fourth, tell } = await replaced()
    const gears = new RedisGears(`redis://127.0.0.1:${first.port}`)
    closedAfter(() => gears.close())
    await gears.shards()
    tell(fourth)
    third.instead.set('OBJECT ENCODING FOO', `-MOVED 12182 :${fourth.port}\r\n`)
    fourth.instead.set('OBJECT ENCODING FOO', `-MOVED 12182 127.0.0.1:${third.port}\r\n`)
    await expect(gears.forKey('foo', commands.objectEncoding, 'foo')).rejects.toMatchObject({
      code: 'rejected',
      message: `MOVED 12182 127.0.0.1:${third.port}`,
    })
  })
})

describe('a slot map that no shard tells any more', () => {
  async function becomesOld(words: string, refusal: string | undefined) {
    const servers = await cluster()
    const [seed] = servers
    const connection = watch(seed?.port ?? 0)
    const before = await status(connection, 'live')
    expect(before.oldSlotMap).toBeUndefined()
    expect(await clusterAsSeen(connection)).not.toHaveProperty('oldSlotMap')
    const at = Date.now()
    for (const server of servers) {
      const answer = server.replay.answer
      server.replay.answer = (all) => (all[0] === 'CLUSTER' ? `-${words}\r\n` : answer(all))
    }
    const { oldSlotMap, acl } = await until(connection, () =>
      connection.hub.feed.connection.oldSlotMap ? connection.hub.feed.connection : undefined,
    )
    expect(oldSlotMap?.error).toMatchObject({ code: 'rejected', ...(refusal && { refusal }) })
    expect(oldSlotMap?.readAt).toBeLessThanOrEqual(at + 5000)
    expect(acl !== undefined).toBe(refusal === 'permission')
    // Every shard answers: that the map is old is no silence.
    expect(states(connection)).toEqual(['up', 'up', 'up'])
    expect(await clusterAsSeen(connection)).toMatchObject({ oldSlotMap })
    for (const server of servers) {
      const answer = server.replay.answer
      server.replay.answer = (all) => (all.join(' ') === 'CLUSTER SLOTS' ? resp(server.slots) : answer(all))
    }
    await until(connection, () => (connection.hub.feed.connection.oldSlotMap ? undefined : true))
  }

  test('is said to be old, since when and why, whatever they answer', async () => {
    // Side by side: a map is read again every five seconds.
    await Promise.all([
      becomesOld("NOPERM this user has no permissions to run the 'cluster|slots' command", 'permission'),
      becomesOld('ERR the proxy of today refuses', undefined),
      becomesOld('CLUSTERDOWN Hash slot not served', 'cluster_down'),
    ])
  })
})
