import { GearsError } from '@gearboard/gears'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { clusterFindings } from '@/lib/model/cluster/cluster-findings'
import { startEngine } from '@/test/gears-processes'
import { commandRegistration, resp, ScriptedRedis } from '@/test/scripted-redis'
import { TcpProxy } from '@/test/tcp-proxy'
import { closedAfter, seen, status, until, watch } from '@/test/watched-connection'
import { unregister } from '../operations/registrations'
import { submit } from '../operations/submit'
import { trigger } from '../operations/trigger'

// What hands each connection to another server: independent ones are no restarts of each other, and nothing is done to one that was not shown.

const ID = `${'0'.repeat(40)}-1`

/** Two servers without a cluster, and a balancer before them. */
async function balanced() {
  const servers = [await ScriptedRedis.start(), await ScriptedRedis.start()] as const
  for (const [i, server] of servers.entries()) {
    server.runId = 'ab'.charAt(i).repeat(40)
    server.uptimeS = 1000
    server.registrations = [commandRegistration(ID, ['greet', 'charge'][i] ?? '')]
    closedAfter(() => server.replay.stop())
  }
  const [first, second] = servers
  const proxy = await TcpProxy.start(first.port, { balance: [first.port, second.port] })
  closedAfter(() => proxy.stop())
  return { first, second, proxy }
}

const sent = ({ replay }: ScriptedRedis, name: string) =>
  replay.seen.filter(([word, ...args]) => word === name && args.length > 0)

describe('independent servers behind one address', () => {
  test('are counted, not called restarted', async () => {
    const { proxy } = await balanced()
    const connection = watch(proxy.port)
    await status(connection, 'live')
    const { feed } = connection.hub
    const names = () => [...feed.registrations.values()].map(({ name }) => name)
    const [shown] = names()
    // Each reconnection reaches the next server.
    const several = until(connection, () => feed.shardStates.find(({ servers = 1 }) => servers > 1))
    const dropping = setInterval(() => proxy.drop(), 700)
    closedAfter(() => clearInterval(dropping))
    expect(await several).toMatchObject({ servers: 2 })
    expect(shown).toMatch(/greet|charge/)
    const shards = feed.shardStates
    const found = clusterFindings({
      cluster: false,
      tls: false,
      place: 'environment' as const,
      shards,
      views: [],
      now: Date.now(),
    })
    expect(found.find(({ kind }) => kind === 'balancer')?.title).toBe(`127.0.0.1:${proxy.port} leads to 2 servers.`)
  })

  test('get nothing that was decided by what another one shows', async () => {
    const { first, second, proxy } = await balanced()
    const connection = watch(proxy.port)
    await status(connection, 'live')
    const row = await until(connection, () => connection.hub.feed.registrations.get(ID))
    const [shown, hidden] = row.name.endsWith('greet') ? [first, second] : [second, first]
    const script = { script: 'x', blocking: false, requirements: [], upgrade: false, forceReinstallRequirements: false }
    const acts = [
      () => unregister(connection, ID, seen(connection, ID), false),
      () => submit(connection, script),
      () => trigger(connection, 'greet', { args: [], override: [] }),
      () => submit(connection, script),
    ]
    for (const act of acts) {
      const error = await act().catch((reason: unknown) => reason)
      if (error instanceof GearsError && error.code === 'unreachable')
        expect(error).toMatchObject({ refusal: 'another_server', message: expect.stringMatching(/was not sent/) })
    }
    for (const name of ['RG.UNREGISTER', 'RG.PYEXECUTE', 'RG.TRIGGER']) expect(sent(hidden, name)).toEqual([])
    // What reached the one that is shown was sent.
    await expect
      .poll(async () => {
        await submit(connection, script).catch(() => undefined)
        return sent(shown, 'RG.PYEXECUTE').length
      })
      .toBeGreaterThan(0)
    expect(sent(hidden, 'RG.PYEXECUTE')).toEqual([])
  })
})

test('a server that restarts is not taken for another one, and what is sent right afterwards arrives', async () => {
  const server = await ScriptedRedis.start()
  closedAfter(() => server.replay.stop())
  server.instead.set('RG.TRIGGER GREET', resp(['hello']))
  const connection = watch(server.port)
  await status(connection, 'live')
  await trigger(connection, 'greet', { args: [], override: [] })
  server.runId = 'c'.repeat(40)
  server.uptimeS = 0
  server.replay.drop()
  const triggered = () => trigger(connection, 'greet', { args: [], override: [] }).catch(() => undefined)
  await expect.poll(triggered).toMatchObject({ results: ['hello'] })
  expect(connection.hub.feed.shardStates[0]).not.toHaveProperty('servers')
})

describe('an endpoint before the embedded cluster', () => {
  const hide = (bytes: Buffer) =>
    Buffer.from(
      bytes.toString('latin1').replace(/(\r\n)cluster(\r\n\$\d+\r\n(?:slots|info))/gi, '$1clustex$2'),
      'latin1',
    )
  const deny = (bytes: Buffer) =>
    Buffer.from(bytes.toString('latin1').replace('cluster_enabled:1', 'cluster_enabled:0'), 'latin1')

  test.each([
    ['of one shard', [0], false],
    ['of all in turn', [0, 1, 2], false],
    ['of one shard, which refuses CLUSTER', [1], true],
    ['of all in turn, which refuses CLUSTER', [0, 1, 2], true],
  ] as const)('%s: every shard is reached as itself', async (_, which, hidden) => {
    const engine = await startEngine(3)
    closedAfter(() => engine.stop())
    for (const n of [0, 1, 2]) {
      const redis = new Redis(engine.port + n, '127.0.0.1')
      await redis.call('RG.REFRESHCLUSTER')
      redis.disconnect()
    }
    const balance = which.map((n) => engine.port + n)
    const proxy = await TcpProxy.start(engine.port, { balance, ...(hidden && { toServer: hide, toClient: deny }) })
    closedAfter(() => proxy.stop())
    const connection = watch(proxy.port)
    const state = await until(connection, () => {
      const { connection: now, shardStates } = connection.hub.feed
      return now.status === 'live' && shardStates.length === 3 ? now : undefined
    })
    expect(state.coverage).toEqual({ answered: 3, of: 3 })
    expect(connection.hub.feed.shardStates.filter(({ servers = 1 }) => servers > 1)).toEqual([])
  })
})
