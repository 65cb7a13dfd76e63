import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ScenarioValue } from './conformance/wire'
import { type GearsEngine, openGears, type SendCommand, SLOW_TEST_MS, until } from './gears-harness'

/** Rules of the module that the recorded scenarios do not show: futures, overrides, the slow log, reloads, error texts. */

vi.setConfig({ testTimeout: SLOW_TEST_MS, hookTimeout: SLOW_TEST_MS })

let engine: GearsEngine
let send: SendCommand

beforeAll(async () => {
  engine = await openGears()
  send = await engine.connect()
})

afterAll(() => engine.stop())

const run = (script: string): Promise<ScenarioValue> => send('RG.PYEXECUTE', script)
const OK = { '+': 'OK' }

test('only a step that can wait makes one', async () => {
  expect(JSON.stringify(await run('gearsFuture()'))).toContain(
    'Future object can only be created inside certain execution steps',
  )
  const inCoroutine = "async def f(x):\n    return gearsFuture()\nGB('ShardsIDReader').map(f).run()"
  expect(JSON.stringify(await run(inCoroutine))).toContain('Future object can only be created')
  for (const step of ['repartition(lambda x: gearsFuture())', 'batchgroupby(lambda x: x, lambda k, l: gearsFuture())'])
    expect(JSON.stringify(await run(`GB('ShardsIDReader').${step}.run()`))).toContain('Step does not support async')
})

test('it can not be settled before the step has returned it', async () => {
  const script =
    "def f(x):\n    own = gearsFuture()\n    own.continueRun(x)\n    return own\nGB('ShardsIDReader').map(f).run()"
  expect(JSON.stringify(await run(script))).toContain('Can not handle future untill it returned from the callback')
})

test('one that is made and not returned leaves the next record free to make its own', async () => {
  const script =
    "made = []\ndef f(x):\n    made.append(gearsFuture())\n    return x\nGB('PythonReader').map(f).run(lambda: (yield from range(3)))"
  expect(await run(script)).toEqual([['0', '1', '2'], []])
})

test('an accumulator that made one and did not return it is None, even if it raised', async () => {
  const script = (end: string): string =>
    `made = []\ndef f(a, x):\n    made.append(gearsFuture())\n    ${end}\nGB('ShardsIDReader').accumulate(f).run()`
  expect(await run(script("return 'kept'"))).toEqual([['None'], []])
  expect(await run(script("raise Exception('kept')"))).toEqual([['None'], []])
})

test('one settled from another trigger answers the client that waits', async () => {
  const script = `waiting = []
def wait(x):
    own = gearsFuture()
    waiting.append(own)
    return own
def settle(x):
    while waiting:
        own = waiting.pop()
        own.continueRun(x[1]) if x[1] != 'fail' else own.continueFailed('it failed')
GB('CommandReader').map(wait).register(trigger='wait', mode='async_local')
GB('CommandReader').foreach(settle).register(trigger='settle', mode='sync')`
  expect(await run(script)).toEqual(OK)
  const client = await engine.connect()
  for (const [word, answer] of [
    ['done', ['done']],
    ['fail', { '-': 'it failed' }],
  ] as const) {
    const waits = client('RG.TRIGGER', 'wait')
    await until(async () => (JSON.stringify(await send('RG.DUMPEXECUTIONS')).includes('running') ? true : undefined))
    await send('RG.TRIGGER', 'settle', word)
    expect(await waits).toEqual(answer)
  }
})

test('inside MULTI a sync function of a command may still override its reply', async () => {
  expect(
    await run(
      "GB().foreach(lambda x: override_reply('absent')).register('nowhere', eventTypes=['keymiss'], commands=['get'], mode='sync')",
    ),
  ).toEqual(OK)
  await send('MULTI')
  await send('GET', 'nowhere')
  expect(await send('EXEC')).toEqual(['absent'])
})

test('the time that a blocked function took is in the slow log', async () => {
  await send('CONFIG', 'SET', 'slowlog-log-slower-than', '200000')
  const script = "import time\nGB('ShardsIDReader').foreach(lambda x: time.sleep(0.3)).run()"
  await run(script)
  expect(JSON.stringify(await send('SLOWLOG', 'GET'))).toContain(JSON.stringify(['RG.PYEXECUTE', script]))
})

test('a reload brings registrations back with their globals of then, and reads what streams hold', async () => {
  const script = `count = 0
def f(x):
    global count
    count += 1
    return count
GB('CommandReader').map(f).register(trigger='count', mode='sync')
GB('StreamReader').foreach(lambda x: execute('INCR', 'read')).register('held:*', batch=3)`
  expect(await send('RG.PYEXECUTE', script, 'ID', 'counting')).toEqual(OK)
  expect(await send('RG.TRIGGER', 'count')).toEqual(['1'])
  expect(await send('RG.TRIGGER', 'count')).toEqual(['2'])
  await send('XADD', 'held:1', '*', 'f', 'v')
  await send('XADD', 'held:1', '*', 'f', 'v')
  expect(await send('GET', 'read')).toBeNull()
  const before = await send('RG.PYDUMPSESSIONS', 'SESSIONS', 'counting')
  expect(await send('DEBUG', 'RELOAD')).toEqual(OK)
  expect(await send('RG.PYDUMPSESSIONS', 'SESSIONS', 'counting')).toEqual(before)
  expect(await send('RG.TRIGGER', 'count')).toEqual(['1'])
  await until(async () => ((await send('GET', 'read')) === '2' ? true : undefined))
})

test('the words of argument errors', async () => {
  expect(JSON.stringify(await run('GB(1)'))).toContain('gears.error: reader argument must be a string')
  expect(JSON.stringify(await run('registerTE(2, 2)'))).toContain('gears.error: callback must be a function')
  expect(JSON.stringify(await run("GB('PythonReader', shardReaderCallback).run('*')"))).toContain(
    'pyreader argument must be a function',
  )
})

test('module arguments: options that are fixed at start, and keys for configGet', async () => {
  const own = await openGears('--module-args', 'executionThreads 1 Greeting hello')
  try {
    const ask = await own.connect()
    expect(await ask('RG.CONFIGGET', 'ExecutionThreads')).toEqual([1])
    expect(await ask('RG.PYEXECUTE', "GB('ShardsIDReader').map(lambda x: configGet('Greeting')).run()")).toEqual([
      ['hello'],
      [],
    ])
    expect(JSON.stringify(await ask('MODULE', 'LIST'))).toContain('"args",["executionThreads","1","Greeting","hello"]')
    const sleeps = "import time\nGB('ShardsIDReader').foreach(lambda x: [time.sleep(0.05) for _ in range(9999)]).run()"
    const [first, second] = [
      await ask('RG.PYEXECUTE', sleeps, 'UNBLOCKING'),
      await ask('RG.PYEXECUTE', sleeps, 'UNBLOCKING'),
    ]
    const status = async (id: ScenarioValue): Promise<string> =>
      /"status","(\w+)"/.exec(JSON.stringify(await ask('RG.GETEXECUTION', String(id))))?.[1] ?? ''
    await until(async () => ((await status(first)) === 'running' ? true : undefined))
    expect(await status(second)).toBe('created')
    await ask('RG.ABORTEXECUTION', String(second))
    expect(await status(second)).toBe('aborted')
    await ask('RG.ABORTEXECUTION', String(first))
    expect(await status(first)).toBe('done')
  } finally {
    await own.stop()
  }
})
