import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ScenarioValue } from './conformance/wire'
import { formCluster, type GearsEngine, openGears, type SendCommand, SLOW_TEST_MS, until } from './gears-harness'

/** The behaviour of three shards beyond the recorded scenarios. */

vi.setConfig({ testTimeout: SLOW_TEST_MS, hookTimeout: SLOW_TEST_MS })

let engine: GearsEngine
let shards: SendCommand[]

beforeAll(async () => {
  engine = await openGears('--shards', '3')
  shards = await Promise.all([0, 1, 2].map((shard) => engine.connect(shard)))
  await formCluster(shards)
})

afterAll(() => engine.stop())

async function on(shard: number, ...argv: string[]): Promise<ScenarioValue> {
  const send = shards[shard]
  if (!send) throw new Error(`no shard ${shard}`)
  return send(...argv)
}

const numberOf = (id: ScenarioValue): number => Number(String(id).split('-')[1])
/**
 * Runs on all shards from the given one. Returns the execution's number once every shard has counted it, because the others get their parts
 * after the reply.
 */
async function runOn(shard: number): Promise<number> {
  const id = String(await on(shard, 'RG.PYEXECUTE', "GB('ShardsIDReader').run()", 'UNBLOCKING'))
  for (const send of shards) {
    await until(async () => JSON.stringify(await send('RG.DUMPEXECUTIONS')).includes(id) || undefined)
  }
  return numberOf(id)
}

test('the numbers of executions go in step on all shards that take part', async () => {
  const first = await runOn(0)
  expect(await runOn(1)).toBe(first + 1)
  // Registering scripts and commands for all shards are executions too.
  await on(2, 'RG.PYEXECUTE', "GB('CommandReader').register(trigger='t')")
  await on(1, 'RG.CLEARREGISTRATIONSSTATS')
  expect(await runOn(0)).toBe(first + 4)
  // A local execution is counted only on its shard.
  await on(1, 'RG.PYEXECUTE', "GB('ShardsIDReader').run(mode='async_local')")
  expect(await runOn(2)).toBe(first + 5)
})

test('what another shard unregistered does not come back with a crashed worker', async () => {
  const own = await openGears('--shards', '3')
  try {
    const [first, second, third] = await Promise.all([own.connect(0), own.connect(1), own.connect(2)])
    await formCluster([first, second, third])
    const register = (trigger: string, body: string) =>
      first(
        'RG.PYEXECUTE',
        `GB('CommandReader').map(lambda x: ${body}).register(trigger='${trigger}', mode='async_local')`,
      )
    await register('stays', "__import__('ctypes').string_at(0xffffff00, 9999)")
    await register('goes', 'x')
    const listed = async (send: SendCommand) => JSON.stringify(await send('RG.DUMPREGISTRATIONS'))
    const gone = /"id","([^"]+)"(?:(?!"id").)*"trigger","goes"/.exec(await listed(first))?.[1] ?? 'none'
    expect(await first('RG.UNREGISTER', gone)).toEqual({ '+': 'OK' })
    await until(async () => !(await listed(second)).includes('goes') || undefined)
    await second('RG.TRIGGER', 'stays')
    const after = await until(async () => {
      try {
        const now = await listed(await own.connect(1))
        // The shard that crashed had triggered it before.
        return now.includes('stays') && now.includes('"numTriggered",0') ? now : undefined
      } catch {
        return undefined
      }
    })
    expect(after).not.toContain('goes')
  } finally {
    await own.stop()
  }
})

test('an exact key of another shard is no record there, and no error', async () => {
  await on(2, 'SET', 'x', '1')
  expect(await on(0, 'RG.PYEXECUTE', "GB('KeysOnlyReader').run('x', noScan=True)")).toEqual([['x'], []])
})

test('a hooked command whose key is of another shard is redirected like any other', async () => {
  await on(0, 'RG.PYEXECUTE', "GB('CommandReader').register(hook='get', mode='sync')", 'ID', 'hooked')
  expect(JSON.stringify(await on(0, 'GET', 'x'))).toContain('MOVED 16287')
  expect(await on(2, 'GET', 'x')).toBe("['GET', 'x']")
})

test('a stream is read where it is; its errors come from there alone', async () => {
  await on(2, 'XADD', 'x:{x}', '1-1', 'f', 'v')
  const read = (words: string): Promise<ScenarioValue> =>
    on(0, 'RG.PYEXECUTE', `GB('StreamReader').map(lambda x: x['id']).run('x:{x}'${words})`)
  expect(await read('')).toEqual([['1-1'], []])
  expect(await read(", fromId='no'")).toEqual([[], ['ERR Invalid stream ID specified as stream command argument']])
})

test.each([
  ['t', "can't pickle Context objects"],
  ['loop', "can't pickle Context objects"],
  ['CloudPickler', "can't pickle weakref objects"],
])('a global called %s, which other shards of the original die of, is refused by them', async (name, why) => {
  const script = `${name} = 5\ndef f(x):\n    return ${name}\nGB('CommandReader').map(f).register(trigger='of-${name}', mode='async_local')`
  const answer = await on(0, 'RG.PYEXECUTE', script)
  const refusal = expect.stringMatching(
    `^-ERR shard-[0-9a-f]{40}: Failed deserializing flat execution, Error occured when serialized a python callback, callback=f error=${why}$`,
  )
  expect(answer).toEqual([{ '-': refusal }, { '-': refusal }])
  expect(await on(0, 'RG.TRIGGER', `of-${name}`)).toEqual(['5'])
  expect(await on(1, 'RG.TRIGGER', `of-${name}`)).toEqual({ '-': 'ERR subcommand not found' })
  expect(await on(2, 'PING')).toEqual({ '+': 'PONG' })
})
