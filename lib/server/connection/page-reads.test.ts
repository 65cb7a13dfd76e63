import { RedisGears } from '@gearboard/gears'
import { describe, expect, it, test } from 'vitest'
import { resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter } from '@/test/watched-connection'
import { ageOf, PageReads } from './page-reads'
import type { SharedAnswer } from './shared-read'

const NODES = ['1'.repeat(40), '2'.repeat(40)]

/** Servers that know each other, or one alone, and what pages read of them. */
async function reading(count: 1 | 2) {
  const servers = await Promise.all(Array.from({ length: count }, () => ScriptedRedis.start()))
  closedAfter(
    ...servers.map(
      ({ replay }) =>
        () =>
          replay.stop(),
    ),
  )
  const owner = (at: number) => ['127.0.0.1', servers[at]?.port ?? 0, NODES[at] ?? '']
  if (count === 2) {
    const slots = [
      [0, 8191, owner(0)],
      [8192, 16383, owner(1)],
    ]
    for (const server of servers) server.slots = slots
  }
  const gears = new RedisGears(`redis://127.0.0.1:${servers[0]?.port}`)
  closedAfter(() => gears.close())
  const asked = (name: string) =>
    servers.flatMap(({ replay }) => replay.seen.filter(([word]) => word?.toUpperCase() === name)).length
  return { servers, asked, reads: new PageReads(gears, () => 'first') }
}

const session = (id: string, dead: boolean, description: string | null = null) => [
  ...['ID', id, 'sessionDescription', description, 'refCount', 1, 'linked', 'primary', 'dead', String(dead)],
  ...['requirementInstallationNeeded', 0, 'requirements', [], 'registrations', []],
]

const values = <T>({ answers }: SharedAnswer<T>): readonly (T | undefined)[] =>
  answers.map((answer) => ('value' in answer ? answer.value : undefined))

test('sessions are the linked ones, then the dead, with descriptions that are cut', async () => {
  const { servers, reads } = await reading(1)
  const long = `${'a'.repeat(50_000)}${'z'.repeat(50_000)}`
  servers[0]?.instead.set('RG.PYDUMPSESSIONS', resp([session('one', false), session('two', false, long)]))
  servers[0]?.instead.set('RG.PYDUMPSESSIONS DEAD', resp([session('three', true, 'short')]))
  const [list = []] = values(await reads.sessions.read())
  expect(list.map(({ id, dead }) => [id, dead])).toEqual([
    ['one', false],
    ['two', false],
    ['three', true],
  ])
  const [none, cut, short] = list.map(({ description }) => description)
  expect([none, short]).toEqual([null, 'short'])
  expect(cut?.length).toBeLessThan(4100)
  expect(cut).toMatch(/^a+.*z+$/s)
})

test('a shard’s own slots are those that it gives itself, not those that others give it', async () => {
  const { servers, reads } = await reading(2)
  const [a, b] = servers
  // The second one gave up a slot; the first has not heard of that.
  const at = (n: number) => ['127.0.0.1', servers[n]?.port ?? 0, NODES[n] ?? '']
  if (b)
    b.slots = [
      [0, 8192, at(0)],
      [8193, 16383, at(1)],
    ]
  expect(a?.slots).not.toEqual(b?.slots)
  expect(values(await reads.ownSlots.read())).toEqual([[[0, 8191]], [[8193, 16383]]])
})

describe('what was changed is read again', () => {
  const LISTS = [
    ['sessions', 'RG.PYDUMPSESSIONS'],
    ['requirements', 'RG.PYDUMPREQS'],
    ['clusterViews', 'RG.INFOCLUSTER'],
    ['ownSlots', 'CLUSTER'],
  ] as const

  it.each(LISTS)('%s', async (which, command) => {
    const { servers, asked, reads } = await reading(1)
    for (const name of ['RG.PYDUMPSESSIONS', 'RG.PYDUMPSESSIONS DEAD', 'RG.PYDUMPREQS'])
      servers[0]?.instead.set(name, resp([]))
    await reads[which].read()
    const before = asked(command)
    expect(before).toBeGreaterThan(0)
    if (which === 'clusterViews' || which === 'ownSlots') reads.clusterChanged()
    else reads.sessionsChanged()
    await reads[which].read()
    expect(asked(command)).toBeGreaterThan(before)
  })
})

describe('configuration', () => {
  it('is asked for in the order of the keys, and shares what was asked for the same ones', async () => {
    const { servers, reads } = await reading(1)
    servers[0]?.instead.set('RG.CONFIGGET MAXEXECUTIONS SHOP', resp([1000, 'x']))
    const read = reads.config(['MaxExecutions', 'shop'])
    expect(values(await read.read())).toEqual([
      [
        { key: 'MaxExecutions', value: 1000 },
        { key: 'shop', value: 'x' },
      ],
    ])
    expect(reads.config(['MaxExecutions', 'shop'])).toBe(read)
    expect(reads.config(['shop', 'MaxExecutions'])).not.toBe(read)
  })

  it('keeps the twenty sets of keys that were asked for last', async () => {
    const { reads } = await reading(1)
    const sets = Array.from({ length: 20 }, (_, n) => [`key${n}`])
    const first = sets.map((keys) => reads.config(keys))
    expect(reads.config(['key0'])).toBe(first[0])
    reads.config(['one more'])
    expect(reads.config(['key0'])).toBe(first[0])
    expect(reads.config(['key1'])).not.toBe(first[1])
  })
})

test('what is shown together is as old as its oldest part, and costly where any part is', () => {
  const costly = (shard: string) => ({
    shard,
    command: 'RG.PYDUMPREQS',
    costMs: 900,
    everyMs: 30_000,
    toldAt: 1,
    lists: 3,
  })
  expect(ageOf({ readAt: 5, costly: [costly('a')] }, { readAt: 3, costly: [costly('b')] })).toEqual({
    readAt: 3,
    costly: [costly('a'), costly('b')],
  })
  expect(ageOf({ readAt: null, costly: [] }, { readAt: 7, costly: [] }).readAt).toBe(7)
  expect(ageOf({ readAt: null, costly: [] }).readAt).toBeNull()
  expect(ageOf()).toEqual({ readAt: null, costly: [] })
})
