import { readFileSync } from 'node:fs'
import * as sdk from '@gearboard/gears'
import {
  commandReader,
  type GearFunction,
  keysOnlyReader,
  keysReader,
  type OpenFunction,
  py,
  pythonReader,
  RedisGears,
  shardsIDReader,
  streamReader,
} from '@gearboard/gears'
import { OPERATIONS, type OperationName } from '@gearboard/gears/docs'
import { addStep, newPipeline, setArgument, writePipeline } from '@gearboard/gears/pipeline'
import { Redis } from 'ioredis'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StartedProcess, startEngine } from './gears-processes'

let engine: StartedProcess
let gears: RedisGears
let redis: Redis
beforeAll(async () => {
  engine = await startEngine()
  gears = new RedisGears(`redis://127.0.0.1:${engine.port}`)
  redis = new Redis(engine.port, '127.0.0.1', { protocol: 2 })
  // Its Python may take longer to start than the client waits for an answer.
  await redis.call('RG.PYSTATS')
})
afterAll(async () => {
  redis.disconnect()
  await gears.close()
  await engine.stop()
})

const results = async (gearFunction: GearFunction) => {
  const reply = await gearFunction.on(gears)
  if (reply.kind !== 'results') throw new Error(reply.kind)
  expect(reply.errors).toEqual([])
  return reply.results
}

describe('every operation', () => {
  const numbers = pythonReader(py`
    def numbers():
        yield from [3, 1, 2, 3]
  `)
  const raw = (open: OpenFunction<'PythonReader'>) => results(open.run({ convertToStr: false }))
  const parity = py`lambda n: 'odd' if n % 2 else 'even'`
  const counted = ['key', 'even', 'value', 1, 'key', 'odd', 'value', 3]
  /** Dicts are no RESP: as pairs, in the order of their keys. */
  const grouped = async (open: OpenFunction<'PythonReader'>) =>
    (await raw(open.map(py`lambda r: ['key', r['key'], 'value', r['value']]`)))
      .toSorted((a, b) => String(a).localeCompare(String(b)))
      .flat()

  const CASES: Readonly<Record<OperationName, () => Promise<void>>> = {
    map: async () => expect(await raw(numbers.map(py`lambda n: n * ${2}`))).toEqual([6, 2, 4, 6]),
    flatmap: async () => expect(await raw(numbers.flatMap(py`lambda n: [n] * n`))).toEqual([3, 3, 3, 1, 2, 2, 3, 3, 3]),
    filter: async () => expect(await raw(numbers.filter(py`lambda n: n != ${3}`))).toEqual([1, 2]),
    foreach: async () => {
      expect(await raw(numbers.forEach(py`lambda n: execute('RPUSH', 'seen', n)`))).toEqual([3, 1, 2, 3])
      expect(await redis.lrange('seen', 0, -1)).toEqual(['3', '1', '2', '3'])
    },
    accumulate: async () => expect(await raw(numbers.accumulate(py`lambda sum, n: (sum or 0) + n`))).toEqual([9]),
    localgroupby: async () =>
      expect(await grouped(numbers.localGroupBy(parity, py`lambda key, n, r: (n or 0) + 1`))).toEqual(counted),
    groupby: async () =>
      expect(await grouped(numbers.groupBy(parity, py`lambda key, n, r: (n or 0) + 1`))).toEqual(counted),
    batchgroupby: async () =>
      expect(await grouped(numbers.batchGroupBy(parity, py`lambda key, records: len(records)`))).toEqual(counted),
    repartition: async () => expect(await raw(numbers.repartition(parity))).toHaveLength(4),
    collect: async () => expect(await raw(numbers.collect())).toEqual([3, 1, 2, 3]),
    limit: async () => {
      expect(await raw(numbers.limit(2))).toEqual([3, 1])
      expect(await raw(numbers.limit(2, 1))).toEqual([1, 2])
    },
    aggregate: async () =>
      expect(await raw(numbers.aggregate([], py`lambda all, n: all + [n]`, py`lambda all, part: all + part`))).toEqual([
        [3, 1, 2, 3],
      ]),
    aggregateby: async () =>
      expect(
        await grouped(numbers.aggregateBy(parity, 0, py`lambda key, n, r: n + 1`, py`lambda key, n, part: n + part`)),
      ).toEqual(counted),
    count: async () => expect(await raw(numbers.count())).toEqual([4]),
    countby: async () => expect(await grouped(numbers.countBy(parity))).toEqual(counted),
    avg: async () => expect(await results(numbers.avg().run())).toEqual(['2.25']),
    sort: async () => {
      expect(await raw(numbers.sort())).toEqual([1, 2, 3, 3])
      expect(await raw(numbers.sort(false))).toEqual([3, 3, 2, 1])
    },
    distinct: async () => expect((await raw(numbers.distinct())).toSorted()).toEqual([1, 2, 3]),
  }

  it.each(Object.entries(CASES))('%s', (_, check) => check())

  it.each(OPERATIONS.map(({ name, moves }) => [name, moves] as const))(
    '%s: its example runs, and it moves records as documented: %s',
    async (name, moves) => {
      let pipeline = addStep(newPipeline('PythonReader'), name, 0)
      pipeline = setArgument(pipeline, 'action', 'collect', 'False')
      const reply = await gears.pyexecute(writePipeline(pipeline).text, { unblocking: true })
      if (reply.kind !== 'execution') throw new Error(reply.kind)
      const { results: found, errors } = await gears.getResultsBlocking(reply.id)
      expect(errors).toEqual([])
      expect(found.length).toBeGreaterThan(0)
      const [answer] = await gears.getExecution(reply.id)
      if (!answer || 'error' in answer) throw new Error('no execution')
      const types = answer.value.flatMap((entry) => entry.steps.map((step) => step.type))
      expect(['repartition', 'collect'].find((type) => types.includes(type)) ?? null).toBe(moves)
      await gears.dropExecution(reply.id)
    },
  )
})

describe('every reader', () => {
  it('KeysReader and KeysOnlyReader run', async () => {
    await redis.mset('r:a', 'to be', 'r:b', 'or not')
    expect((await results(keysReader('r:*').values().run())).toSorted()).toEqual(['or not', 'to be'])
    expect(await results(keysReader('r:a', { desc: "it's" }).keys().run({ noScan: true, readValue: false }))).toEqual([
      'r:a',
    ])
    expect((await results(keysOnlyReader('r:*').run({ count: 1 }))).toSorted()).toEqual(['r:a', 'r:b'])
    const generated = keysOnlyReader().run({ patternGenerator: py`lambda: (${'r:b'}, ${true})` })
    expect(await results(generated)).toEqual(['r:b'])
  })

  it('StreamReader runs', async () => {
    await redis.xadd('r:stream', '1-1', 'n', '1')
    await redis.xadd('r:stream', '1-2', 'n', '2')
    const read = streamReader('r:stream').values().map(py`lambda fields: fields['n']`)
    expect(await results(read.run())).toEqual(['1', '2'])
    expect(await results(read.run({ fromId: '1-1' }))).toEqual(['2'])
  })

  it('ShardsIDReader runs', async () => {
    expect(await results(shardsIDReader().run())).toEqual(['1'])
  })

  it('CommandReader registers a trigger, and a hook', async () => {
    const greet = commandReader({ desc: 'greet' })
      .arguments()
      .map(py`lambda names: 'Hello, ' + ' and '.join(names)`)
      .register({ trigger: 'sdk.greet', mode: 'sync' })
    expect(await greet.on(gears, { id: 'sdk-greet' })).toEqual({ kind: 'ok' })
    expect(await gears.trigger('sdk.greet', 'Ada', 'Grace')).toEqual(['Hello, Ada and Grace'])

    const hook = commandReader()
      .map(py`lambda call: call_next(call[1], call[2].upper())`)
      .register({ hook: 'set', keyprefix: 'hooked:', mode: 'sync' })
    await gears.pyexecute(hook)
    await redis.set('hooked:a', 'loud')
    expect(await redis.get('hooked:a')).toBe('LOUD')
  })

  it('KeysReader registers', async () => {
    const note = keysReader('watched:*')
      .forEach(py`lambda r: execute('RPUSH', 'noted', r['event'] + ' ' + r['key'])`)
      .register({ eventTypes: ['set'], keyTypes: ['string'], mode: 'sync' })
    await gears.pyexecute(note)
    await redis.mset('watched:a', '1', 'other:b', '2')
    await redis.rpush('watched:list', 'x')
    await redis.set('watched:c', '3')
    expect(await redis.lrange('noted', 0, -1)).toEqual(['set watched:a', 'set watched:c'])
  })

  it('StreamReader registers', async () => {
    const move = streamReader('moved:*')
      .values()
      .forEach(py`lambda fields: execute('RPUSH', 'moved', fields['n'])`)
      .register({ batch: 2, duration: 0, onFailedPolicy: 'continue', trimStream: true, mode: 'sync' })
    await gears.pyexecute(move)
    await redis.xadd('moved:s', '*', 'n', '1')
    await redis.xadd('moved:s', '*', 'n', '2')
    await expect.poll(() => redis.lrange('moved', 0, -1)).toEqual(['1', '2'])
    const [answer] = await gears.dumpRegistrations({ reader: 'StreamReader' })
    if (!answer || 'error' in answer) throw new Error('no registrations')
    expect(answer.value).toMatchObject([{ args: { batchSize: 2, prefix: 'moved:*' } }])
  })
})

it('the example of the README does what it says', async () => {
  const readme = readFileSync(new URL('../packages/gears/README.md', import.meta.url), 'utf8')
  const [, names, code] =
    /```ts\nimport \{ (commandReader.*?) \} from '@gearboard\/gears'\n(.*?)```/s.exec(readme) ?? []
  if (names === undefined || code === undefined) throw new Error('no example')
  await redis.set('text:1', 'To be or not to be')
  const body = ts.transpile(`return async () => {${code}return { counted, said }}`, { target: ts.ScriptTarget.ES2022 })
  const example: unknown = new Function('sdk', 'gears', `const { ${names} } = sdk\n${body}`)(sdk, gears)
  if (typeof example !== 'function') throw new Error('no function')
  const { counted, said } = await example()
  expect(counted.results.toSorted()).toEqual([
    "{'key': 'be', 'value': 2}",
    "{'key': 'not', 'value': 1}",
    "{'key': 'or', 'value': 1}",
    "{'key': 'to', 'value': 2}",
  ])
  expect(said).toEqual(['Hello, Ada'])
})
