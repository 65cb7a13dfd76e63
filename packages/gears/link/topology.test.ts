import { afterEach, describe, expect, it, vi } from 'vitest'
import { RedisGears } from '../gears'
import { commands } from '../index'
import { ReplayServer } from '../testing/replay-server'
import { slotOf } from '../vocabulary/slots'

/** From where to where, by which node; under the id of which one, where it is not its own. */
type Range = readonly [first: number, last: number, node: number, known?: number]

const ID = (node: number) => String(node).repeat(40)

const closes: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close()
})

/** A cluster of this many nodes, each with a slot map of its own, as the nodes of a real one have while slots move. */
async function cluster(nodes: number, ranges: readonly Range[]) {
  const servers = await Promise.all(Array.from({ length: nodes }, () => ReplayServer.start()))
  closes.push(...servers.map((server) => () => server.stop()))
  const maps: (readonly Range[])[] = servers.map(() => ranges)
  const ports = servers.map(({ port }) => port)
  const keys: string[][] = servers.map(() => [])
  for (const [at, server] of servers.entries()) {
    server.answer = ([name = '', key = '']) => {
      if (name === 'CLUSTER') return slotMap(maps[at] ?? [], ports)
      if (name !== 'SET') return '+PONG\r\n'
      const slot = slotOf(key)
      const owner = maps[at]?.find(([first, last]) => slot >= first && slot <= last)?.[2]
      if (owner !== at) return `-MOVED ${slot} 127.0.0.1:${ports[owner ?? 0]}\r\n`
      keys[at]?.push(key)
      return '+OK\r\n'
    }
  }
  const gears = new RedisGears(`redis://127.0.0.1:${ports[0]}`, { cluster: true, maxAgeMs: 3_600_000 })
  closes.push(() => gears.close())
  const announced: string[][] = []
  gears.on('topology', (shards) =>
    announced.push(
      shards.map(({ address, slots }) => `${ports.indexOf(Number(address.split(':')[1]))} ${slots.join(' ')}`),
    ),
  )
  return {
    gears,
    servers,
    keys,
    announced,
    /** What each node says from now on. */
    tell: (...told: readonly (readonly Range[])[]) => maps.splice(0, maps.length, ...told),
    /** Has the map read again: no shard is called that. */
    reread: () => gears.onShard('no such shard', commands.ping).catch(() => undefined),
    set: (key: string) => gears.forKey(key, { ...commands.ping, name: 'SET', args: () => [key, 'x'] }),
  }
}

function slotMap(ranges: readonly Range[], ports: readonly number[]): string {
  const entries = ranges.map(
    ([first, last, node, known = node]) =>
      `*3\r\n:${first}\r\n:${last}\r\n*3\r\n$9\r\n127.0.0.1\r\n:${ports[node]}\r\n$40\r\n${ID(known)}\r\n`,
  )
  return `*${entries.length}\r\n${entries.join('')}`
}

const HALVES: readonly Range[] = [
  [0, 8191, 0],
  [8192, 16383, 1],
]

describe('a slot map that is read again', () => {
  it('is announced once, and again only where it differs', async () => {
    const { gears, announced, reread } = await cluster(2, HALVES)
    await gears.shards()
    await reread()
    await reread()
    expect(announced).toEqual([['0 0,8191', '1 8192,16383']])
  })

  it.each<[string, readonly Range[], readonly string[]]>([
    [
      'slots moved between the same masters',
      [
        [0, 8190, 0],
        [8191, 16383, 1],
      ],
      ['0 0,8190', '1 8191,16383'],
    ],
    [
      'one slot moved out of the middle',
      [
        [0, 99, 0],
        [101, 8191, 0],
        [100, 100, 1],
        [8192, 16383, 1],
      ],
      ['0 0,99 101,8191', '1 100,100 8192,16383'],
    ],
    [
      'a master joined',
      [
        [0, 8191, 0],
        [8192, 12000, 1],
        [12001, 16383, 2],
      ],
      ['0 0,8191', '1 8192,12000', '2 12001,16383'],
    ],
    [
      'a master has another address',
      [
        [0, 8191, 0],
        [8192, 16383, 2, 1],
      ],
      ['0 0,8191', '2 8192,16383'],
    ],
    [
      'another master listens at an address',
      [
        [0, 8191, 0],
        [8192, 16383, 1, 2],
      ],
      ['0 0,8191', '1 8192,16383'],
    ],
    ['a master left', [[0, 16383, 0]], ['0 0,16383']],
    [
      'slots that nobody serves',
      [
        [0, 8191, 0],
        [8192, 16382, 1],
      ],
      ['0 0,8191', '1 8192,16382'],
    ],
  ])('is announced: %s', async (_, ranges, shown) => {
    const { gears, announced, reread, tell } = await cluster(3, HALVES)
    await gears.shards()
    tell(ranges, ranges, ranges)
    await reread()
    expect(announced.slice(1)).toEqual([shown])
  })

  it('keeps those masters while none can be read, says since when and why, and says so no longer once one can', async () => {
    const { gears, servers, reread, tell } = await cluster(2, HALVES)
    await gears.shards()
    expect(gears.oldMap).toBeUndefined()
    tell([], [])
    await reread()
    expect(gears.oldMap).toMatchObject({ readAt: expect.any(Number), error: { code: 'rejected', refusal: 'no_slots' } })
    expect(await gears.shards()).toHaveLength(2)
    expect(gears.namedBy).toBeUndefined()
    tell(HALVES, HALVES)
    await reread()
    expect(gears.oldMap).toBeUndefined()
    expect(gears.namedBy).toBe(`127.0.0.1:${servers[0]?.port}`)
  })
})

describe('a master that left', () => {
  it('has its connection closed, while that to the address that was given stays', async () => {
    const { gears, servers, reread, tell } = await cluster(3, [
      [0, 8191, 1],
      [8192, 16383, 2],
    ])
    await gears.everyShard(commands.ping)
    const open = () => servers.map(({ connections }) => connections > 0)
    expect(open()).toEqual([true, true, true])
    const [, leaving] = await gears.shards()
    const left: readonly Range[] = [[0, 16383, 1]]
    tell(left, left, left)
    await reread()
    await vi.waitFor(() => expect(open()).toEqual([true, true, false]), { timeout: 20_000 })
    await expect(leaving?.send(commands.ping)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('no master of this cluster any more'),
    })
  })
})

describe('a redirection', () => {
  const third = Math.ceil(16384 / 3)
  const THIRDS = [0, 1, 2].map((node): Range => [node * third, Math.min(16383, (node + 1) * third - 1), node])

  it.each([
    { key: 'foo', from: 2, to: 1 },
    { key: 'd', from: 2, to: 1 },
    { key: 'c', from: 1, to: 2 },
  ])('is followed to the node that it names, where the one asked first does not know yet: $key', async (moving) => {
    const { key, from, to } = moving
    const slot = slotOf(key)
    const { gears, keys, announced, set, tell } = await cluster(3, THIRDS)
    await gears.shards()
    const moved = THIRDS.flatMap(([first, last, node]): Range[] => {
      const [left, right]: readonly Range[] = [
        [first, slot - 1, node],
        [slot + 1, last, node],
      ]
      return left && right && node === from ? [left, [slot, slot, to], right] : [[first, last, node]]
    })
    tell(THIRDS, moved, moved)
    await set(key)
    expect(keys[to]).toEqual([key])
    expect(announced).toHaveLength(2)
    await set(key)
    expect(keys[to]).toEqual([key, key])
  })
})
