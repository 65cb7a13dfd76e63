import { commands, RedisGears } from '@gearboard/gears'
import { describe, expect, test } from 'vitest'
import { unreached } from '@/lib/model/cluster/unreached'
import type { Connection } from '@/lib/server/connection/connection'
import { freePorts } from '@/test/free-ports'
import { startRedis } from '@/test/gears-processes'
import { resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, status, until, watch } from '@/test/watched-connection'
import { cluster } from '../operations/cluster'

// A cluster that announces unreachable addresses: servers that answer and servers that do not are reported apart. Only loopback addresses
// are announced.

const NODES = ['a', 'b', 'c'].map((letter) => letter.repeat(40))
const at = (port: number) => `127.0.0.1:${port}`

async function scripted(): Promise<ScriptedRedis> {
  const server = await ScriptedRedis.start()
  closedAfter(() => server.replay.stop())
  return server
}

type Announced = readonly [host: string | null, port: number]

/** As in the slot map: each owns a third. */
const mapOf = (announced: readonly Announced[]) =>
  announced.map(([host, port], i) => [i * 5000, i * 5000 + 4999, [host, port, NODES[i] ?? '']] as const)

async function seedThatAnnounces(...announced: readonly Announced[]): Promise<ScriptedRedis> {
  const seed = await scripted()
  seed.slots = mapOf(announced)
  return seed
}

describe('none of the announced addresses is reached, and the seed is said to answer', () => {
  test.each([
    [
      'where nobody listens',
      async () =>
        [
          ['127.9.9.1', await freePorts()],
          ['127.9.9.2', await freePorts()],
        ] as const,
    ],
    [
      'by names that do not resolve',
      async () =>
        [
          ['node-1.invalid', 6379],
          ['node-2.invalid', 6379],
        ] as const,
    ],
    ['a port that is none', async () => [['node-1.invalid', 0]] as const],
  ])('%s', async (_, announce) => {
    const announced = await announce()
    const seed = await seedThatAnnounces(...announced)
    const connection = watch(seed.port)
    const state = await status(connection, 'unreachable')
    const names = announced.map(([host, port]) => `${host}:${port}`)
    expect(connection.hub.feed.shardStates.map(({ address }) => address)).toEqual(names)
    expect(state.named).toMatchObject({ by: at(seed.port), of: announced.length })
    expect(state.error?.message).toContain(`${at(seed.port)} answers and lists`)
    const { title, lead, checks } = unreached(state, Date.now())
    expect(title).toBe('No shard answers at the addresses that the cluster reports')
    const lines = checks.flatMap(({ commands }) => commands)
    for (const name of names) {
      expect(lead).toContain(name)
      const [host, port] = name.split(':')
      expect(lines).toContain(`redis-cli -h ${host} -p ${port} PING`)
    }
    expect(lines).toContain(`redis-cli -h 127.0.0.1 -p ${seed.port} CONFIG GET 'cluster-announce*'`)
    expect(checks.map(({ text }) => text).join(' ')).toContain('cluster-announce-ip')
    await expect(connection.known()).rejects.toMatchObject({ code: 'unreachable', message: state.error?.message })
  })

  test('while the seed falls silent as well, nobody is said to answer', async () => {
    const seed = await seedThatAnnounces(['127.9.9.1', await freePorts()])
    const connection = watch(seed.port)
    expect((await status(connection, 'unreachable')).named).toBeDefined()
    await seed.replay.stop()
    const state = await until(connection, () =>
      connection.hub.feed.connection.named ? undefined : connection.hub.feed.connection,
    )
    expect(unreached(state, Date.now()).title).toMatch(/^Nothing answers at redis:/)
  })
})

test.each([['0.0.0.0'], ['::'], [''], [null], ['?'], ['localhost'], ['127.0.0.1'], ['::ffff:127.0.0.1']])(
  'a node that announces %j is meant where it was asked',
  async (host) => {
    const seed = await scripted()
    seed.slots = mapOf([[host, seed.port]])
    const gears = new RedisGears(`redis://127.0.0.1:${seed.port}`)
    closedAfter(() => gears.close())
    expect((await gears.shards()).map(({ address }) => address)).toEqual([at(seed.port)])
  },
)

test('some of the announced addresses are reached: the others are silent, with their reason', async () => {
  const seed = await scripted()
  const port = await freePorts()
  seed.slots = mapOf([
    ['127.0.0.1', seed.port],
    ['127.9.9.1', port],
  ])
  const connection = watch(seed.port)
  const state = await status(connection, 'partial')
  expect(state.named).toBeUndefined()
  expect(connection.hub.feed.shardStates.map(({ state: each, error }) => [each, error?.code])).toEqual([
    ['up', undefined],
    ['silent', 'unreachable'],
  ])
})

describe('an announced address that is another server’s is not shown as the shard', () => {
  const shown = async (seed: ScriptedRedis): Promise<Connection> => {
    const connection = watch(seed.port)
    await until(connection, () => {
      const [first, second] = connection.hub.feed.shardStates
      return (first?.state !== 'unasked' && second?.error) || undefined
    })
    return connection
  }

  test.each<[string, (other: ScriptedRedis) => void]>([
    ['a server without cluster', () => undefined],
    ['a server without cluster and without RedisGears', (other) => (other.hasModule = false)],
    ['a node of another cluster', (other) => (other.slots = [[0, 16_383, ['127.0.0.1', other.port, 'f'.repeat(40)]]])],
  ])('%s', async (_, become) => {
    const [seed, other] = [await scripted(), await scripted()]
    other.executions = [[`${'0'.repeat(40)}-7`, 'running']]
    become(other)
    seed.slots = mapOf([
      ['127.0.0.1', seed.port],
      ['127.0.0.1', other.port],
    ])
    const connection = await shown(seed)
    expect(connection.hub.feed.shardStates[1]?.error).toMatchObject({
      refusal: 'another_server',
      address: at(other.port),
      message: expect.stringContaining(`now, not as ${NODES[1]}`),
    })
    expect(connection.hub.feed.executions.size).toBe(0)
    // Nor is anything sent there.
    const sent = () => other.replay.seen.filter(([name]) => name === 'RG.PYEXECUTE')
    const [first] = connection.hub.feed.shardStates
    await connection.gears.onShard(NODES[1] ?? '', commands.ping).catch(() => undefined)
    await expect(connection.gears.pyexecute('1', { shard: NODES[1] ?? '', unblocking: true })).rejects.toMatchObject({
      refusal: 'another_server',
    })
    expect(sent()).toEqual([])
    expect(first?.state).toBe('up')
  })
})

test('a cluster that was live and announces other addresses keeps what it showed, and says since when', async () => {
  const seed = await scripted()
  seed.slots = mapOf([['127.0.0.1', seed.port]])
  seed.executions = [[`${NODES[0]}-1`, 'running']]
  const connection = watch(seed.port)
  await status(connection, 'live')
  await until(connection, () => connection.hub.feed.executions.size || undefined)
  seed.slots = mapOf([['127.9.9.1', await freePorts()]])
  const state = await until(connection, () => {
    const { status: now, named, answeredAt } = connection.hub.feed.connection
    return now === 'unreachable' && named ? { named, answeredAt } : undefined
  })
  expect(state.answeredAt).not.toBeNull()
  expect(state.named.by).toBe(at(seed.port))
  expect(connection.hub.feed.executions.size).toBe(1)
  await connection.known()
})

test('slots that every node gave up, and those that one gave up itself, are told by what each says of itself', async () => {
  const [first, second] = [await scripted(), await scripted()]
  const whole = mapOf([
    ['127.0.0.1', first.port],
    ['127.0.0.1', second.port],
  ])
  first.slots = whole
  second.slots = whole
  const connection = watch(first.port)
  await status(connection, 'live')
  const claimed = async () =>
    (await cluster(connection)).claims?.map((claim) => ('value' in claim ? claim.value : claim.error))
  expect(await claimed()).toEqual([[[0, 4999]], [[5000, 9999]]])
  second.slots = whole.slice(0, 1)
  expect(await claimed()).toEqual([[[0, 4999]], []])
  for (const server of [first, second]) server.instead.set('CLUSTER SLOTS', resp([]))
  const { error } = await until(connection, () => connection.hub.feed.connection.oldSlotMap)
  expect(error.refusal).toBe('no_slots')
  expect(await claimed()).toEqual([[], []])
})

test('a cluster without slots answers: that it has none is what is said, with what helps', async () => {
  const redis = await startRedis(['--cluster-enabled', 'yes'])
  closedAfter(() => redis.stop())
  const connection = watch(redis.port)
  const { error } = await status(connection, 'refused')
  expect(error).toMatchObject({ refusal: 'no_slots', address: at(redis.port), message: /no slots are assigned/ })
  await expect(connection.known()).rejects.toMatchObject({ code: 'rejected', refusal: 'no_slots' })
})
