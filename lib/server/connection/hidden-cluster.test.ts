import { commands } from '@gearboard/gears'
import { expect, test } from 'vitest'
import { freePorts } from '@/test/free-ports'
import { resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, status, until, watch } from '@/test/watched-connection'

// An address is not always a server: what RedisGears itself says of its cluster counts, though INFO and CLUSTER hide it.

const IDS = ['a', 'b', 'c'].map((letter) => letter.repeat(40))

/** Servers of one cluster that say `cluster_enabled:0` and refuse CLUSTER. @param ports where the others say that they are */
async function hidden(count: number, ports: readonly number[] = []) {
  const servers = await Promise.all(IDS.slice(0, count).map(() => ScriptedRedis.start()))
  closedAfter(...servers.map((server) => () => server.replay.stop()))
  const nodes = IDS.map((id, i) => {
    const at = ['id', id, 'ip', '127.0.0.1', 'port', servers[i]?.port ?? ports[i] ?? 1, 'unixSocket', 'None']
    return [...at, 'runid', id, 'minHslot', i * 5000, 'maxHslot', i * 5000 + 4999, 'pendingMessages', 0]
  })
  for (const [i, server] of servers.entries()) {
    const answer = server.replay.answer
    const info = resp(['MyId', IDS[i] ?? '', 'MyRunId', IDS[i] ?? '', nodes])
    server.runId = IDS[i] ?? ''
    server.replay.answer = (words) => {
      if (words[0] === 'CLUSTER') return "-ERR unknown command 'CLUSTER'\r\n"
      return words[0] === 'RG.INFOCLUSTER' ? info : answer(words)
    }
  }
  return servers
}

test('of three shards one is reached: the others are named, and nothing is shown as whole', async () => {
  const free = await freePorts(3)
  const [endpoint] = await hidden(1, [0, free, free + 1])
  const connection = watch(endpoint?.port ?? 0)
  const state = await status(connection, 'partial')
  expect(state).toMatchObject({ endpoint: `127.0.0.1:${endpoint?.port}`, coverage: { answered: 1, of: 3 } })
  expect(state.capability).toMatchObject({ cluster: true })
  expect(connection.hub.feed.shardStates.map(({ key, state: word }) => [key, word])).toEqual([
    [IDS[0], 'up'],
    [IDS[1], 'silent'],
    [IDS[2], 'silent'],
  ])
  // Keys of shards beyond it go through the endpoint.
  expect(await connection.gears.forKey('cart:7', commands.objectEncoding, 'cart:7')).toBe('OK')
})

test('where each answers as itself, all are reached', async () => {
  const servers = await hidden(3)
  const connection = watch(servers[1]?.port ?? 0)
  await status(connection, 'live')
  expect(connection.hub.feed.shardStates.map(({ key }) => key)).toEqual(IDS)
})

test('one that answers as another is no shard of that name, and what a balancer leads elsewhere is not taken for its own', async () => {
  const servers = await hidden(3)
  const [first, second] = servers
  if (!first || !second) throw new Error('no servers')
  second.replay.answer = first.replay.answer
  const connection = watch(first.port)
  await status(connection, 'partial')
  const error = () => connection.hub.feed.shardStates[1]?.error
  await until(connection, () => error()?.message.includes('another server answers') || undefined)
  // The third may not have been asked yet.
  const states = () => connection.hub.feed.shardStates.map(({ state }) => state)
  await until(connection, () => !states().includes('unasked') || undefined)
  expect(states()).toEqual(['up', 'silent', 'up'])
})
