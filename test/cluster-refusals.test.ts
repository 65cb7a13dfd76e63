import { describe, expect, test } from 'vitest'
import { commands, RedisGears } from '@/lib/gears'
import type { Connection } from '@/lib/server/connection'
import { ReplayServer } from './gears-replay-server'
import { resp, ScriptedRedis } from './scripted-redis'
import { closedAfter, status, until, watch } from './watched-connection'

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
    // Older than what is known of the masters may become: they are read anew, from another one.
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
