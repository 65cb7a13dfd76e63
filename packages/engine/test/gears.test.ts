import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeWheels } from './conformance/server'
import type { ScenarioArgument, ScenarioValue } from './conformance/wire'
import { CRASH, type GearsEngine, openGears, type SendCommand, SLOW_TEST_MS, until } from './gears-harness'

/** What the module's protocol promises beyond the recorded scenarios, and cases where RedisGears crashes and the engine must not. */

vi.setConfig({ testTimeout: SLOW_TEST_MS, hookTimeout: SLOW_TEST_MS })

const wheels = makeWheels()
let engine: GearsEngine
let send: SendCommand

beforeAll(async () => {
  engine = await openGears('--no-index', '--find-links', wheels.folder)
  send = await engine.connect()
})

afterAll(async () => {
  await engine.stop()
  wheels.remove()
})

const run = (script: string, ...options: string[]): Promise<ScenarioValue> => send('RG.PYEXECUTE', script, ...options)
const OK = { '+': 'OK' }

const runningId = (): Promise<string> =>
  until(async () => {
    const list = await send('RG.DUMPEXECUTIONS')
    if (!Array.isArray(list)) return undefined
    const entry = list.find((item: ScenarioValue) => Array.isArray(item) && item[3] === 'running')
    return Array.isArray(entry) ? String(entry[1]) : undefined
  })

describe('coroutines', () => {
  test('records keep their order whatever the coroutines take', async () => {
    const script =
      "async def f(x):\n    await asyncio.sleep(0.01 * (5 - x))\n    return x\nGB('PythonReader').map(f).run(lambda: (yield from range(5)))"
    expect(await run(script)).toEqual([['0', '1', '2', '3', '4'], []])
  })

  test('filters, accumulators and nested runs are awaited', async () => {
    const filter = "async def f(x):\n    await asyncio.sleep(0)\n    return x % 2\nGB('PythonReader').filter(f)"
    expect(await run(`${filter}.run(lambda: (yield from range(5)))`)).toEqual([['1', '3'], []])
    const sum =
      "async def f(a, x):\n    return (a or 0) + x\nGB('PythonReader').accumulate(f).run(lambda: (yield from range(5)))"
    expect(await run(sum)).toEqual([['10'], []])
    const nested = "async def f(x):\n    return await GB('ShardsIDReader').run()\nGB('ShardsIDReader').map(f).run()"
    expect(await run(nested)).toEqual([["[['1'], []]"], []])
  })

  test('what can not be waited for is an error with its own words', async () => {
    const make = (body: string): string => `def f(x):\n    ${body}\nGB('ShardsIDReader').map(f).run()`
    expect(await run(make('return gearsFuture()'))).toEqual([[], ['Async record did not called continue']])
    const twice = await run(make('return (gearsFuture(), gearsFuture())'))
    expect(JSON.stringify(twice)).toContain('gears.error: Can not create async record twice on the same step')
    const atomic =
      "async def f(x):\n    with atomic():\n        await asyncio.sleep(0)\nGB('ShardsIDReader').map(f).run()"
    expect(await run(atomic)).toEqual([[], ['await is not allow inside atomic block']])
    const key = "async def f(x): return 1\nGB('ShardsIDReader').groupby(f, lambda k, a, r: 1).run()"
    expect(await run(key)).toEqual([[], ['coroutine are not allow on extractor']])
  })

  test('a coroutine in a sync KeysReader function fails, and the server stands', async () => {
    await run("async def f(x): return 1\nGB(desc='sync coroutine').map(f).register('sc:*', mode='sync')")
    expect(await send('SET', 'sc:1', 'v')).toEqual(OK)
    expect(JSON.stringify(await send('RG.DUMPREGISTRATIONS'))).toContain('Creating async record is not allowed')
  })
})

describe('code that does not end', () => {
  const spin = 'def f(x):\n    while True: pass\n'

  test('a step leaves other clients alone, and is stopped where it is', async () => {
    const id = String(await run(`${spin}GB('ShardsIDReader').map(f).run()`, 'UNBLOCKING'))
    await runningId()
    expect(await send('PING')).toEqual({ '+': 'PONG' })
    expect(await send('RG.ABORTEXECUTION', id)).toEqual(OK)
    const error =
      "['Traceback (most recent call last):\\n', '  File \"<string>\", line 2, in f\\n', 'gears.forcestopped\\n']"
    expect(await send('RG.GETRESULTS', id)).toEqual([[], [error]])
    await send('RG.DROPEXECUTION', id)
  })

  const slow = 'import time\ndef g(x):\n    time.sleep(60)\n    return x\n'
  const statusOf = async (id: string): Promise<string> =>
    /"status","(\w+)"/.exec(JSON.stringify(await send('RG.GETEXECUTION', id)))?.[1] ?? ''
  const startOne = async (script: string): Promise<string> => {
    const id = String(await run(script, 'UNBLOCKING'))
    await until(async () => ((await statusOf(id)) === 'running' ? true : undefined))
    return id
  }
  const STOPPED_AT = (line: number, name: string) =>
    `['Traceback (most recent call last):\\n', '  File "<string>", line ${line}, in ${name}\\n', 'gears.forcestopped\\n']`

  test.each([
    ['that spins', `${spin}GB('ShardsIDReader').map(f).run()`, STOPPED_AT(2, 'f')],
    ['that sleeps', `${slow}GB('ShardsIDReader').foreach(g).run()`, STOPPED_AT(3, 'g')],
    [
      'that would handle any error, and write',
      `${slow}def h(x):\n    try:\n        g(x)\n    except Exception:\n        pass\n    execute('SET', 'after', 'abort')\nGB('ShardsIDReader').map(h).run()`,
      `['Traceback (most recent call last):\\n', '  File "<string>", line 7, in h\\n', '  File "<string>", line 3, in g\\n', 'gears.forcestopped\\n']`,
    ],
    [
      'with records before and after',
      `${spin}GB('PythonReader').map(lambda x: x if x < 2 else f(x)).run(lambda: (yield from range(9)))`,
      undefined,
    ],
  ])('a run %s is stopped while later ones go on', async (_what, script, error) => {
    const first = await startOne(script)
    const later = [
      await startOne(`${spin}GB('ShardsIDReader').map(f).run()`),
      await startOne(`${slow}GB('ShardsIDReader').map(g).run()`),
    ]
    expect(await send('RG.ABORTEXECUTION', first)).toEqual(OK)
    expect(await statusOf(first)).toBe('done')
    const results = await send('RG.GETRESULTS', first)
    if (error === undefined)
      expect(JSON.stringify(results)).toMatch(/^\[\["0","1"\],\["\['Traceback.*line 2, in f.*gears\.forcestopped/)
    else expect(results).toEqual([[], [error]])
    for (const id of later) expect(await statusOf(id)).toBe('running')
    for (const id of later.toReversed()) expect(await send('RG.ABORTEXECUTION', id)).toEqual(OK)
    // What it left on the stack has unwound: three others can run, and it did nothing more.
    const again = await startOne(`${spin}GB('ShardsIDReader').map(f).run()`)
    await send('RG.ABORTEXECUTION', again)
    expect(await send('EXISTS', 'after')).toBe(0)
    for (const id of [first, ...later, again]) await send('RG.DROPEXECUTION', id)
  })

  test('a sync function holds writes back, not PING, and can be aborted', async () => {
    await run(`${spin}GB('CommandReader').map(f).register(trigger='spin', mode='sync')`)
    const [other, third] = [await engine.connect(), await engine.connect()]
    const triggered = other('RG.TRIGGER', 'spin')
    const id = await runningId()
    const order: string[] = []
    const written = third('SET', 'held', '1').then(() => order.push('written'))
    expect(await send('PING')).toEqual({ '+': 'PONG' })
    expect(order).toEqual([])
    await send('RG.ABORTEXECUTION', id)
    expect(JSON.stringify(await triggered)).toContain('gears.forcestopped')
    await written
  })

  test('recursion, and a hook that calls its own command, end in an error', async () => {
    expect(JSON.stringify(await run('def f(n): return f(n + 1)\nf(0)'))).toContain('RecursionError')
    await run(
      "GB('CommandReader').map(lambda x: execute('ECHO', 'again')).register(hook='echo', mode='sync')",
      'ID',
      'echo',
    )
    expect(JSON.stringify(await send('ECHO', 'x'))).toContain('endlessly')
    expect(await send('PING')).toEqual({ '+': 'PONG' })
  })
})

describe('values', () => {
  test('what the original dies of is an error', async () => {
    const raw = (value: string): Promise<ScenarioValue> =>
      run(`GB('PythonReader').run(lambda: (yield ${value}), convertToStr=False)`)
    expect(await raw('2**63')).toEqual([
      [],
      ["Error type: <class 'OverflowError'>, Value: Python int too large to convert to C long"],
    ])
    expect(JSON.stringify(await raw("'\\ud800'"))).toContain('UnicodeEncodeError')
    const deep =
      "x = []\nfor _ in range(100000): x = [x]\nGB('PythonReader').run(lambda: (yield x), convertToStr=False)"
    expect(JSON.stringify(await run(deep))).toContain('nested deeper')
  })

  test('texts and bytes of any kind and size cross as they are', async () => {
    const copy = "GB('ShardsIDReader').map(lambda x: execute('SET', 'copied', execute('GET', 'crossing'))).run()"
    for (const value of ['', 'größer 𝄞', { hex: 'ff0080' }, 'x'.repeat(70_000), 'ü'.repeat(40_000)]) {
      await send('SET', 'crossing', value)
      expect(await run(copy)).toEqual([['OK'], []])
      expect(await send('GET', 'copied')).toEqual(value)
    }
    await send('DEL', 'crossing')
    await send('HSET', 'crossing', { hex: 'fe' }, { hex: 'fd' })
    const hash = "GB().map(lambda x: repr(x['value'])).run('crossing')"
    expect(await run(hash)).toEqual([["{b'\\xfe': bytearray(b'\\xfd')}"], []])
  })

  test('numbers up to 64 bits cross as they are', async () => {
    const numbers = '[1, -1, 2**31, -2**31, 2**53 - 1, 2**53 + 1, 2**63 - 1, -2**63, True]'
    const raw = (script: string): Promise<ScenarioValue> => run(`GB('ShardsIDReader').map(lambda x: ${script}).run()`)
    const text =
      '[1, -1, 2147483648, -2147483648, 9007199254740991, 9007199254740993, 9223372036854775807, -9223372036854775808, True]'
    expect(await raw(`str(${numbers})`)).toEqual([[text], []])
    const back =
      "[execute('SET', 'n', str(n)) and execute('INCRBY', 'n', 0) for n in (7, 2**31, 2**53 + 1, 2**63 - 1, -2**63)]"
    expect(await raw(back)).toEqual([
      ['[7, 2147483648, 9007199254740993, 9223372036854775807, -9223372036854775808]'],
      [],
    ])
    await run(
      `GB('CommandReader').map(lambda x: ${numbers}).register(trigger='numbers', mode='sync', convertToStr=False)`,
    )
    expect(await raw("execute('RG.TRIGGER', 'numbers')")).toEqual([[`[${text.replace('True', '1')}]`], []])
  })

  test('half a surrogate pair as an argument is an error, and memory that grows meanwhile harms nothing', async () => {
    const half = await run("GB('ShardsIDReader').map(lambda x: execute('SET', 'half', '\\ud800')).run()")
    expect(JSON.stringify(half)).toContain('UnicodeEncodeError')
    const grown =
      "def f(x):\n    kept = bytes(150 << 20)\n    return [execute('PING'), len(kept)]\nGB('ShardsIDReader').map(f).run()"
    expect(await run(grown)).toEqual([["['PONG', 157286400]"], []])
    expect(await send('PING')).toEqual({ '+': 'PONG' })
  })

  test('a record that a function changes under the reader is read as it is then', async () => {
    await send('MSET', 'fresh:1', 'old', 'fresh:2', 'old', 'fresh:3', 'old')
    const script =
      "def f(x):\n    for n in '123': execute('SET', 'fresh:' + n, 'new')\n    return x['value']\nGB().map(f).run('fresh:*')"
    expect(await run(script)).toEqual([['old', 'new', 'new'], []])
  })

  test('the fields of a hash come in the order of the module', async () => {
    await send('HSET', 'fields', 'f', 'v', 'g', 'w')
    expect(await run("GB().map(lambda x: x['value']).run('fields')")).toEqual([["{'g': 'w', 'f': 'v'}"], []])
  })
})

describe('threads', () => {
  test('helpers that end may be joined, waited for and pooled', async () => {
    const queue =
      "import queue, threading\nq = queue.Queue()\ndef f(x):\n    threading.Thread(target=lambda: q.put(5)).start()\n    return q.get(timeout=2)\nGB('ShardsIDReader').map(f).run()"
    expect(await run(queue)).toEqual([['5'], []])
    const pool =
      "from concurrent.futures import ThreadPoolExecutor\ndef f(x):\n    with ThreadPoolExecutor(2) as pool:\n        return sum(pool.map(lambda v: v * v, range(5)))\nGB('ShardsIDReader').map(f).run()"
    expect(await run(pool)).toEqual([['30'], []])
  })
})

describe('requirements', () => {
  test('a wheel of the folder is imported, exported, and brought to another engine', async () => {
    const script = "import rgdemo\nGB('ShardsIDReader').map(lambda x: rgdemo.VALUE).run()"
    expect(await run(script, 'REQUIREMENTS', 'rgdemo>=0.1')).toEqual([['42'], []])
    const exported = await send('RG.PYEXPORTREQ', 'rgdemo>=0.1')
    const chunks = Array.isArray(exported) && Array.isArray(exported[1]) ? exported[1] : []
    const other = await openGears()
    try {
      const there = await other.connect()
      const bytes = chunks.map((chunk: ScenarioValue): ScenarioArgument => asArgument(chunk))
      expect(await there('RG.PYIMPORTREQ', ...bytes)).toBe('OK')
      expect(await there('RG.PYEXECUTE', script, 'REQUIREMENTS', 'rgdemo>=0.1')).toEqual([['42'], []])
    } finally {
      await other.stop()
    }
    expect(JSON.stringify(await run('x = 1', 'REQUIREMENTS', 'rgdemo>5'))).toContain('Could not satisfy requirements')
  })

  test('a session says whether something was installed for it', async () => {
    const needed = async (id: string): Promise<string | undefined> =>
      /"requirementInstallationNeeded",(\d)/.exec(JSON.stringify(await send('RG.PYDUMPSESSIONS', 'SESSIONS', id)))?.[1]
    const register = (id: string, ...words: string[]): Promise<ScenarioValue> =>
      run(`GB('CommandReader').register(trigger='${id}')`, 'ID', id, ...words, 'REQUIREMENTS', 'rgdemo2')
    await register('first')
    await register('second')
    expect([await needed('first'), await needed('second')]).toEqual(['1', '0'])
  })

  test('an upgrade keeps what the new script needs too; one that fails after a reinstallation keeps what was there', async () => {
    const path = async (): Promise<string | undefined> =>
      /"Name","rgdemo2>=0.1",.*?"Path","(.*?)"/.exec(JSON.stringify(await send('RG.PYDUMPREQS')))?.[1]
    const upgrade = (script: string, ...words: string[]): Promise<ScenarioValue> =>
      run(script, 'ID', 'upgraded', 'UPGRADE', ...words, 'REQUIREMENTS', 'rgdemo2>=0.1')
    const script = "import rgdemo2\nGB('CommandReader').register(trigger='upgraded')"
    await upgrade(script)
    const first = await path()
    expect(first).toBeDefined()
    await upgrade(script)
    expect(await path()).toBe(first)
    expect(JSON.stringify(await upgrade('import absent', 'FORCE_REINSTALL_REQUIREMENTS'))).toContain('absent')
    expect(await path()).toBe(first)
    await upgrade(script, 'FORCE_REINSTALL_REQUIREMENTS')
    expect(await path()).not.toBe(first)
  })

  function asArgument(value: ScenarioValue): ScenarioArgument {
    if (typeof value === 'string') return value
    if (typeof value === 'object' && value !== null && 'hex' in value && typeof value.hex === 'string')
      return { hex: value.hex }
    throw new Error('an export chunk is bytes')
  }
})

describe('timers with a key', () => {
  const ticking = (key: string): string =>
    `def tick():\n    execute('INCR', 'ticks:${key}')\nregisterTE(1, tick, '${key}')\nexecute('SET', 'made:${key}', str(registerTE(1, tick, '${key}')))`
  const ticked = async (ask: SendCommand, key: string): Promise<string | undefined> => {
    const count = await ask('GET', `ticks:${key}`)
    return typeof count === 'string' ? count : undefined
  }

  test('are keys of their own type, and stop with them', async () => {
    expect(await run(ticking('timer'))).toEqual(OK)
    expect(await send('GET', 'made:timer')).toBe('False')
    expect(await send('TYPE', 'timer')).toEqual({ '+': 'rg_timeev' })
    expect(await send('GET', 'timer')).toMatchObject({ '-': expect.stringContaining('WRONGTYPE') })
    expect(await send('COPY', 'timer', 'other')).toEqual({ '-': 'ERR not supported for this module key' })
    expect(await until(() => ticked(send, 'timer'))).toBe('1')
    expect(await send('RENAME', 'timer', 'renamed')).toEqual(OK)
    expect(await send('DEL', 'ticks:timer')).toBe(1)
    expect(await until(() => ticked(send, 'timer'))).toBe('1')
    // A timer without a key shows that a second has passed.
    expect(await send('DEL', 'renamed', 'ticks:timer')).toBe(2)
    const clock = "def once():\n    execute('SET', 'passed', '1')\n    raise Exception('enough')\nregisterTE(2, once)"
    expect(await run(clock)).toEqual(OK)
    await until(async () => ((await send('EXISTS', 'passed')) === 1 ? true : undefined))
    expect(await send('EXISTS', 'ticks:timer')).toBe(0)
    expect(await run(ticking('timer'))).toEqual(OK)
    expect(await send('FLUSHALL')).toEqual(OK)
    expect(await run(ticking('timer'))).toEqual(OK)
    expect(await send('SET', 'timer', 'a string')).toEqual(OK)
    expect(await send('TYPE', 'timer')).toEqual({ '+': 'string' })
  })
})

test('a broken interpreter is replaced; registrations stand with their functions, classes and globals', async () => {
  const own = await openGears()
  try {
    const before = await own.connect()
    const script =
      "factor = 5\nclass Scaled:\n    def __init__(self, value): self.value = value\n    def result(self): return self.value * factor\nGB('CommandReader', desc='stands').map(lambda x: Scaled(int(x[1])).result()).register(trigger='scale')"
    expect(await before('RG.PYEXECUTE', script, 'ID', 'standing')).toEqual(OK)
    // A global that has the name of one of RedisGears' own globals keeps its value here, and loses it where functions are loaded again.
    const taken = "copy = 5\nGB('CommandReader').map(lambda x: type(copy).__name__).register(trigger='taken')"
    expect(await before('RG.PYEXECUTE', taken)).toEqual(OK)
    expect(await before('RG.TRIGGER', 'taken')).toEqual(['int'])
    const timer = "registerTE(1, lambda: execute('INCR', 'ticks'), 'timer')"
    expect(await before('RG.PYEXECUTE', timer)).toEqual(OK)
    expect(JSON.stringify(await before('RG.PYEXECUTE', CRASH))).toContain(
      'Python broke down: it accessed an address outside its memory',
    )
    const answer = await until(async () => {
      try {
        const after = await own.connect()
        const reply = await after('RG.TRIGGER', 'scale', '4')
        return Array.isArray(reply) ? reply : undefined
      } catch {
        return undefined
      }
    })
    expect(answer).toEqual(['20'])
    const after = await own.connect()
    expect(await after('RG.TRIGGER', 'taken')).toEqual(['module'])
    expect(await after('TYPE', 'timer')).toEqual({ '+': 'rg_timeev' })
    await until(async () => ((await after('EXISTS', 'ticks')) === 1 ? true : undefined))
    expect(await after('DEL', 'timer')).toBe(1)
  } finally {
    await own.stop()
  }
})

const SHOP = [
  'order-pipeline',
  'payment-check',
  'cart-tracker',
  'stock-alert',
  'shop-commands',
  'delivery-labels',
  'sales-report',
  'stock-audit',
]

test('the seeded shop is alive: functions fire, one of them fails now and then, runs have plans and times', async () => {
  const shop = await openGears('--seed')
  try {
    const look = await shop.connect()
    const counted = await until(async () => {
      const text = JSON.stringify(await look('RG.DUMPREGISTRATIONS'))
      return /"desc","order-pipeline".*?"numSuccess",[1-9]/.test(text) &&
        /"desc","cart-tracker".*?"numSuccess",[1-9]/.test(text)
        ? text
        : undefined
    })
    expect(counted).toContain('"desc","payment-check"')
    const sessions = JSON.stringify(await look('RG.PYDUMPSESSIONS'))
    for (const id of SHOP) expect(sessions).toContain(id)
  } finally {
    await shop.stop()
  }
})

test('of the shop without its functions there are keys and events, which a function that comes later reads', async () => {
  const shop = await openGears('--seed-events')
  try {
    const ask = await shop.connect()
    await until(async () => ((await ask('EXISTS', 'orders:{06S}')) === 1 ? true : undefined))
    expect(await ask('RG.DUMPREGISTRATIONS')).toEqual([])
    expect(await ask('RG.PYDUMPSESSIONS')).toEqual([])
    for (const id of SHOP) {
      for (const file of [`${id}.v1.py`, `${id}.py`]) {
        const script = readFileSync(join(import.meta.dirname, '../seed/functions', file), 'utf8')
        expect(await ask('RG.PYEXECUTE', script, 'ID', id, 'UPGRADE'), file).toEqual({ '+': 'OK' })
      }
    }
    await until(async () =>
      /"desc","order-pipeline".*?"numSuccess",[1-9]/.test(JSON.stringify(await ask('RG.DUMPREGISTRATIONS')))
        ? true
        : undefined,
    )
  } finally {
    await shop.stop()
  }
})
