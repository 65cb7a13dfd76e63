import { commands, GearsError, RedisGears, type ShardReply } from '@gearboard/gears'
import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkScript } from '@/lib/server/operations/check-script'
import { type StartedProcess, startEngine } from './gears-processes'

const values = <T>(answers: readonly ShardReply<T>[]): readonly T[] =>
  answers.map((answer) => {
    if ('error' in answer) throw answer.error
    return answer.value
  })

const rejected = (message: string) => ({ code: 'rejected', message })

describe('the embedded RedisGears, one shard', () => {
  let engine: StartedProcess
  let gears: RedisGears
  beforeAll(async () => {
    engine = await startEngine()
    gears = new RedisGears(`redis://127.0.0.1:${engine.port}`)
  })
  afterAll(async () => {
    await gears.close()
    await engine.stop()
  })

  it('is probed as 1.2 on one server', async () => {
    expect(await gears.probe()).toMatchObject({
      generation: '1.2',
      gearsVersion: '1.2.13',
      python: true,
      cluster: false,
      clusterInitialised: false,
    })
    expect(await gears.shards()).toMatchObject([{ key: 'standalone' }])
    expect(values(await gears.infoCluster())).toEqual([{ mode: 'none' }])
  })

  it.each([
    ['plain', 'x = 1\n', undefined],
    ['a byte-order mark', "\ufeffx = 'é'\n", undefined],
    ['a coding cookie', "# -*- coding: latin-1 -*-\nx = 'é'\n", undefined],
    ['a NUL, which ends the script', 'x = 1\n\0 not Python', undefined],
    ['line ends of every kind', 'x = 1\r\ny = 2\rz = 3\n', undefined],
    [
      'a mark and another encoding',
      '\ufeff# coding: koi8-r\n',
      { message: 'encoding problem: koi8-r with BOM', line: null },
    ],
    ['an unknown encoding', '# coding: klingon\nx = 1\n', { message: 'unknown encoding: klingon', line: null }],
    [
      'a mark that is not at the start',
      'x = 1\n\ufeffy = 2\n',
      { message: 'invalid character in identifier', line: 2 },
    ],
    ['what 3.7 does not read', 'if (n := 1): pass\n', { message: 'invalid syntax', line: 1 }],
  ])('checks a script as it would run it: %s', async (_case, script, refused) => {
    const verdict = await checkScript({ gears }, script)
    if (refused) expect(verdict).toMatchObject({ kind: 'refused', type: 'SyntaxError', ...refused })
    else expect(verdict).toEqual({ kind: 'ok' })
    const run = gears.pyexecute(script)
    if (refused) await expect(run).rejects.toMatchObject(rejected(expect.stringContaining(refused.message)))
    else expect(await run).toEqual({ kind: 'ok' })
  })

  it('runs a script, and forgets the blocking run', async () => {
    const script =
      "def each():\n  yield 1\n  yield 2\nGB('PythonReader').map(lambda x: [x, str(x)]).run(each, convertToStr=False)"
    expect(await gears.pyexecute(script)).toEqual({
      kind: 'results',
      results: [
        [1, '1'],
        [2, '2'],
      ],
      errors: [],
    })
    expect(values(await gears.dumpExecutions())).toEqual([[]])
  })

  it('keeps an unblocking run, its plan and its results until they are dropped', async () => {
    const reply = await gears.pyexecute("GB('ShardsIDReader').map(lambda x: 1 / 0).run()", { unblocking: true })
    if (reply.kind !== 'execution') throw new Error(reply.kind)
    const { results, errors } = await gears.getResultsBlocking(reply.id)
    expect(results).toEqual([])
    expect(errors).toEqual([expect.stringContaining('ZeroDivisionError')])
    expect(values(await gears.getExecution(reply.id))).toMatchObject([
      [
        {
          shard: NO_SHARD,
          status: 'done',
          results: 0,
          errors,
          steps: [{ name: 'RedisGearsPy_ToPyRecordMapper' }, {}, {}, { type: 'collect', global: true }],
        },
      ],
    ])
    await gears.dropExecution(reply.id)
    await expect(gears.getResults(reply.id)).rejects.toMatchObject(rejected('execution plan does not exist'))
  })

  it('registers, triggers and unregisters', async () => {
    const script = "GB('CommandReader', desc='says it').map(lambda x: x[1]).register(trigger='say')"
    expect(await gears.pyexecute(script, { id: 'talk', description: "it's mine" })).toEqual({ kind: 'ok' })
    expect(await gears.trigger('say', 'é')).toEqual(['é'])
    expect(await gears.triggerOnKey('say', 'key')).toEqual(['key'])
    const [[registration] = []] = values(await gears.dumpRegistrations({ trigger: 'say' }))
    expect(registration).toMatchObject({
      reader: 'CommandReader',
      description: 'says it',
      counters: { triggered: 2, success: 2, failures: 0, aborted: 0 },
      privateData: { session: 'talk', sessionDescription: "it's mine" },
    })
    expect(values(await gears.pyDumpSessions({ ids: ['talk', 'nosuch'] }))).toMatchObject([
      [{ id: 'talk', dead: false, registrations: [registration?.id] }],
    ])
    await gears.clearRegistrationsStats()
    await gears.unregister(registration?.id ?? '', { abortPending: true })
    expect(values(await gears.dumpRegistrations({ trigger: 'say' }))).toEqual([[]])
    await expect(gears.trigger('say', 'x')).rejects.toMatchObject(rejected('ERR subcommand not found'))
  })

  it('says why a script failed, in its own words', async () => {
    const error = await gears.pyexecute('1/0').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(GearsError)
    expect(error).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('ZeroDivisionError: division by zero'),
    })
  })

  it('tells and takes configuration, key by key', async () => {
    expect(values(await gears.configSet(['MaxExecutions', 500], ['ExecutionThreads', 9], ['mine', 'x']))).toEqual([
      [
        { key: 'MaxExecutions', stored: 'core' },
        { key: 'ExecutionThreads', error: '(error) Config value ExecutionThreads not modifiable at runtime' },
        { key: 'mine', stored: 'extra' },
      ],
    ])
    expect(values(await gears.configGet('MaxExecutions', 'mine', 'other'))).toEqual([
      [
        { key: 'MaxExecutions', value: 500 },
        { key: 'mine', value: 'x' },
        { key: 'other', error: '(error) Unsupported config parameter: other' },
      ],
    ])
  })

  it('aborts what runs, while it answers everything else', async () => {
    const script = "import time\ndef slow(x):\n  while True: time.sleep(0.01)\nGB('ShardsIDReader').foreach(slow).run()"
    const run = gears.pyexecute(script)
    const running = async () => values(await gears.dumpExecutions({ status: 'running' })).flat()
    await expect.poll(running).toHaveLength(1)
    const [{ id } = { id: '' }] = await running()
    // A blocking run's abort is answered with an error although it worked (measured on the module), or with OK.
    await gears
      .abortExecution(id)
      .catch((error: unknown) => expect(error).toMatchObject(rejected('execution does not exist')))
    expect(await run).toMatchObject({ kind: 'results', errors: [expect.stringContaining('forcestopped')] })
  })

  it('counts its memory', async () => {
    const [stats] = values(await gears.pyStats())
    expect(stats?.peak).toBeGreaterThanOrEqual(stats?.current ?? Number.NaN)
    expect(values(await gears.dumpPlugins())).toMatchObject([[{ name: 'GearsPythonPlugin' }]])
  })
})

describe('the embedded RedisGears, three shards', () => {
  let engine: StartedProcess
  let gears: RedisGears
  beforeAll(async () => {
    engine = await startEngine(3)
    gears = new RedisGears(`redis://127.0.0.1:${engine.port}`)
  })
  afterAll(async () => {
    await gears.close()
    await engine.stop()
  })

  it('is found out to be a cluster', async () => {
    const shards = await gears.shards()
    expect(shards.map(({ address }) => address)).toEqual([0, 1, 2].map((i) => `127.0.0.1:${engine.port + i}`))
    await gears.refreshCluster()
    expect(await gears.probe()).toMatchObject({ cluster: true, clusterInitialised: true })
    for (const [i, view] of values(await gears.infoCluster()).entries()) {
      if (view.mode !== 'cluster') throw new Error(view.mode)
      expect(view.myId).toBe(shards[i]?.key)
      expect(view.nodes.map(({ id }) => id).sort()).toEqual(shards.map(({ key }) => key).sort())
    }
  })

  it('runs on every shard, and each tells its part', async () => {
    const shards = await gears.shards()
    const reply = await gears.pyexecute("GB('ShardsIDReader').run()", { unblocking: true, shard: shards[1]?.key })
    if (reply.kind !== 'execution') throw new Error(reply.kind)
    expect(reply.id.startsWith(shards[1]?.key ?? '?')).toBe(true)
    const { results } = await gears.getResultsBlocking(reply.id)
    expect(results.toSorted()).toEqual(shards.map(({ key }) => key).sort())
    // The other shards hear that it is done after the initiator has answered.
    await expect
      .poll(async () =>
        values(await gears.getExecution(reply.id)).flatMap((parts) =>
          parts.map(({ shard, results: count }) => [shard, count]),
        ),
      )
      .toEqual(shards.map(({ key }, i) => [key, i === 1 ? 3 : 0]))
  })

  it('registers everywhere, and triggers where the key lives', async () => {
    const script = "GB('CommandReader').map(lambda x: hashtag()).register(trigger='where', mode='async_local')"
    expect(await gears.pyexecute(script)).toEqual({ kind: 'ok' })
    const ids = values(await gears.dumpRegistrations()).map((each) => each.map(({ id }) => id))
    expect(new Set(ids.flat()).size).toBe(1)
    const shards = await gears.shards()
    const tags = await Promise.all(shards.map((shard) => shard.send(commands.trigger, 'where')))
    for (const [i, [tag]] of tags.entries()) {
      expect(await gears.triggerOnKey('where', `{${String(tag)}}:x`)).toEqual(tags[i])
    }
    const counts = values(await gears.dumpRegistrations()).map(([each]) => each?.counters.triggered)
    expect(counts).toEqual([2, 2, 2])
  })
})
