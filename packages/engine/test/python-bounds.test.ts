import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScenarioValue } from './conformance/wire'
import { connectTo, type GearsEngine, type SendCommand, SLOW_TEST_MS, until } from './gears-harness'
import { startEngineWith } from './keyspace-harness'

/** What a function can do to its interpreter, and that the shard survives: the function gets an error, or the shard restarts. */

const RESTART = '(It|The shard) is being restarted; unsaved keys, running executions and results are lost'

/** With Node's defaults: how deep a stack may be, and how long C code runs, depend on the compiler. */
const openOptimised = async (...args: readonly string[]): Promise<GearsEngine> =>
  connectTo(await startEngineWith({}, ...args), args)

let engine: GearsEngine
let send: SendCommand
/** An engine with a short `--silence`; tests on the other engine may take longer than that on a busy machine. */
let strict: GearsEngine
/** The reply to C code that does not return, in `strict`. It waits while other tests run. */
let silenced: Promise<string>

beforeAll(async () => {
  ;[engine, strict] = await Promise.all([
    openOptimised('--python-memory', '128'),
    openOptimised('--python-memory', '128', '--silence', '5'),
  ])
  const ask = await strict.connect()
  silenced = ask('RG.PYEXECUTE', script('return sum(range(10 ** 15))')).then((reply) => JSON.stringify(reply))
  send = await engine.connect()
}, SLOW_TEST_MS)

afterAll(() => Promise.all([engine?.stop(), strict?.stop()]))

const script = (body: string, imports = ''): string =>
  `import sys\n${imports}\ndef f(x):\n${body.replace(/^/gm, '  ')}\nGB('ShardsIDReader').map(f).run()`

/** The reply as one text; of a long one, such as a traceback of 20,000 frames, only both ends. */
async function run(source: string): Promise<string> {
  const text = JSON.stringify(await send('RG.PYEXECUTE', source))
  return text.length > 20_000 ? `${text.slice(0, 10_000)} … ${text.slice(-10_000)}` : text
}

async function server(ask = send): Promise<ReadonlyMap<string, string>> {
  const text = String(await ask('INFO', 'server'))
  return new Map(
    text.split('\r\n').map((line): [string, string] => [line.split(':', 1)[0] ?? '', line.replace(/^[^:]*:/, '')]),
  )
}

/** Connects again after the shard has restarted. */
async function again(before: string | undefined): Promise<void> {
  await until(async () => {
    try {
      send = await engine.connect()
      const now = (await server()).get('run_id')
      return (now !== undefined && now !== before) || undefined
    } catch {
      return undefined
    }
  })
}

async function works(ask = send): Promise<void> {
  expect(await ask('RG.PYEXECUTE', "GB('ShardsIDReader').map(lambda x: len([1, 2])).run()")).toEqual([['2'], []])
}

const nested = (make: string, use: string, depth = 200_000): string =>
  `a = []\nfor i in range(${depth}): a = ${make}\nreturn ${use}`

const TOO_DEEP: Readonly<Record<string, string>> = {
  'a function that calls itself': script('def g(n): return g(n + 1) + 1\nreturn g(0)'),
  'a comparison that compares': script('class A:\n  def __lt__(s, o): return s < o\nreturn A() < A()'),
  'a key of a sort that sorts': script('def k(x): return sorted([x, x], key=k)\nreturn k(1)'),
  'a callable that calls itself': script('class A:\n  def __call__(s): return s()\nreturn A()()'),
  'attributes without end': script("class A:\n  def __getattr__(s, n): return getattr(s, n[:3] + 'a')\nreturn A().x"),
  'a hash that hashes': script('class A:\n  def __hash__(s): return hash(s)\nreturn hash(A())'),
  'functools.reduce': script('def r(a, b): return functools.reduce(r, [a, b])\nreturn r(1, 2)', 'import functools'),
  generators: script('def g(n): yield from g(n + 1)\nreturn list(g(0))'),
  coroutines: script('async def c(n): return await c(n + 1)\nc(0).send(None)'),
}

/** C code that recurses by itself, as deep as its stack allows. */
const DEEP_IN_C: Readonly<Record<string, string>> = {
  'repr of lists in lists': script(nested('[a]', 'len(repr(a))', 20_000)),
  'a comparison of lists in lists': script(`b = []\nfor i in range(200000): b = [b]\n${nested('[a]', 'a == b')}`),
  'copy.deepcopy': script(nested('[a]', 'copy.deepcopy(a)'), 'import copy'),
  'a regular expression': script("return re.compile('(' * 100000 + ')' * 100000)", 'import re'),
  json: script(nested('[a]', 'len(json.dumps(a))'), 'import json'),
  'json that is read': script("return json.loads('[' * 1000000)", 'import json'),
  pickle: script(nested('[a]', 'len(pickle.dumps(a))'), 'import pickle'),
  'a sum of 200,000 terms': script("return eval('+'.join(['1'] * 200000))"),
  'a chain of attributes': script("return eval('x' + '.a' * 200000)"),
  'filters of filters': script('a = iter([1])\nfor i in range(200000): a = filter(None, a)\nreturn list(a)'),
  'maps of maps': script('a = iter([1])\nfor i in range(150000): a = map(abs, a)\nreturn list(a)'),
}

describe('recursion', () => {
  for (const [name, source] of Object.entries(TOO_DEEP)) {
    it(`${name} gets a RecursionError`, async () => {
      const before = (await server()).get('run_id')
      expect(await run(source)).toContain('RecursionError')
      expect(await run(source.replace('import sys\n', 'import sys\nsys.setrecursionlimit(10 ** 8)\n'))).toContain(
        'RecursionError',
      )
      await works()
      expect((await server()).get('run_id')).toBe(before)
    })
  }

  for (const [name, source] of Object.entries(DEEP_IN_C)) {
    it(`${name} ends in a result or an error, in a shard that lives`, async () => {
      const before = (await server()).get('run_id')
      expect(await run(source)).toMatch(/^\[\[".+"\],\[\]\]$|Error|Traceback/)
      await works()
      expect((await server()).get('run_id')).toBe(before)
    })
  }

  it('may be as deep as the script asked for, up to 20,000', async () => {
    const deep = (count: number): string =>
      `import sys\nsys.setrecursionlimit(15000)\ndef g(n): return 0 if n == 0 else g(n - 1)\nGB('ShardsIDReader').map(lambda x: [g(${count}), sys.getrecursionlimit()]).run()`
    expect(await send('RG.PYEXECUTE', deep(14_900))).toEqual([
      [['0', '15000']].map((pair) => `[${pair.join(', ')}]`),
      [],
    ])
    expect(await run(deep(15_100))).toContain('RecursionError')
    await send('RG.PYEXECUTE', 'import sys\nsys.setrecursionlimit(1000)')
  })

  const IN_LUA: Readonly<Record<string, string>> = {
    'a function': 'local function f(n) return f(n + 1) + 1 end return f(1)',
    gsub: "local function f() return string.gsub('a', 'a', f) end return f()",
    sort: 'local function f(a, b) table.sort({1, 2, 3}, f) return false end return f(1, 2)',
    'an index':
      "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k .. 'a'] end return t.x",
    tostring:
      'local t = setmetatable({}, {}) getmetatable(t).__tostring = function(t) return tostring(t) end return tostring(t)',
    cjson: 'local t = {} for i = 1, 100000 do t = {t} end return cjson.encode(t)',
    'cjson that is read': "return cjson.decode(string.rep('[', 100000))",
  }
  for (const [name, source] of Object.entries(IN_LUA)) {
    it(`in Lua, ${name}, gets an error`, async () => {
      // A busy machine may take longer than the default of 5 s.
      await send('CONFIG', 'SET', 'lua-time-limit', '60000')
      expect(JSON.stringify(await send('EVAL', source, '0')).slice(0, 1000)).toMatch(/overflow|nest/)
      await works()
    })
  }
})

const BREAKS: Readonly<Record<string, readonly [source: string, reason: string]>> = {
  'a long chain that is freed': [
    script(`a = None\nfor i in range(1500000): a = (a,)\ndel a\nreturn 1`),
    'its stack overflowed in C code',
  ],
  'map of map': [
    script('it = iter([1])\nfor i in range(400000): it = map(lambda v: v, it)\nreturn list(it)'),
    '(it aborted|its stack overflowed in C code)',
  ],
  'exit by C': [script('ctypes.pythonapi.Py_Exit(3)', 'import ctypes'), 'it exited with status 3'],
  'a fatal error by C': [script("ctypes.pythonapi.Py_FatalError(b'mine')", 'import ctypes'), 'it aborted'],
  'a bad pointer': [
    script('ctypes.string_at(0xffffff00, 9999)', 'import ctypes'),
    'it accessed an address outside its memory',
  ],
  'objects that are overwritten': [script('ctypes.memset(15000000, 0xAA, 5000000)\nreturn 1', 'import ctypes'), '.+'],
  'modules that are taken away': [script('sys.modules.clear()\nreturn 1'), '.+'],
  'builtins that are taken away': [script('vars(builtins).clear()\nreturn 1', 'import builtins'), '.+'],
}

describe('an interpreter that breaks down', () => {
  for (const [name, [source, reason]] of Object.entries(BREAKS)) {
    it(
      `by ${name} says so, and the shard starts again`,
      async () => {
        const before = await server()
        expect(await run(source)).toMatch(new RegExp(`(Python broke down|the shard ended): ${reason}. ${RESTART}`))
        await again(before.get('run_id'))
        await works()
        const after = await server()
        expect(Number(after.get('embedded_restarts'))).toBe(Number(before.get('embedded_restarts')) + 1)
        expect(after.get('embedded_restart_reason')).toMatch(new RegExp(`^(Python broke down: )?${reason}$`))
        expect(Number(after.get('embedded_restarted_at'))).toBeGreaterThan(0)
        expect(Number(after.get('uptime_in_seconds'))).toBeLessThanOrEqual(Number(before.get('uptime_in_seconds')) + 60)
      },
      SLOW_TEST_MS,
    )
  }

  it(
    'by C code that does not return is ended, and the shard starts again',
    async () => {
      expect(await silenced).toContain('did not answer for 5 s')
      const ask = await until(async () => {
        try {
          const next = await strict.connect()
          await works(next)
          return next
        } catch {
          return undefined
        }
      })
      const after = await server(ask)
      expect(after.get('embedded_restarts')).toBe('1')
      expect(after.get('embedded_restart_reason')).toContain('did not answer for 5 s')
    },
    SLOW_TEST_MS,
  )

  it(
    'takes what runs below on its stack with it',
    async () => {
      const before = (await server()).get('run_id')
      const endless = 'while True: pass'
      await send('RG.PYEXECUTE', script(endless), 'UNBLOCKING')
      await send('RG.PYEXECUTE', script('time.sleep(1000)', 'import time'), 'UNBLOCKING')
      send('RG.PYEXECUTE', script('ctypes.pythonapi.Py_Exit(3)', 'import ctypes')).catch(() => undefined)
      await again(before)
      await works()
      expect((await server()).get('embedded_restart_reason')).toBe('Python broke down: it exited with status 3')
    },
    SLOW_TEST_MS,
  )

  it(
    'comes back with its registrations',
    async () => {
      const before = (await server()).get('run_id')
      await send('RG.PYEXECUTE', "GB('CommandReader').map(lambda x: 'here').register(trigger='stays')")
      await run(script('ctypes.pythonapi.Py_Exit(0)', 'import ctypes'))
      await again(before)
      expect(await send('RG.TRIGGER', 'stays')).toEqual(['here'])
    },
    SLOW_TEST_MS,
  )
})

describe('memory', () => {
  const TOO_MUCH: Readonly<Record<string, string>> = {
    'many blocks': script('b = [bytearray(10 ** 7) for _ in range(1000)]'),
    'one block': script('b = bytearray(2 ** 31 - 1)'),
    'a text': script("return len('x' * (2 ** 31 - 100))"),
    'a number': script('return 1 << (8 * 10 ** 9)'),
    'a list that grows': script('b = []\nwhile True: b.append(bytes(10000))'),
    'a dict that grows': script('b = {}\nwhile True: b[len(b)] = str(len(b)) * 100'),
    'what a command answers': script(
      "execute('SETRANGE', 'big', 15 * 10 ** 7, 'x')\nreturn len(execute('GET', 'big'))",
    ),
  }
  for (const [name, source] of Object.entries(TOO_MUCH)) {
    it(`${name} beyond the limit gets a MemoryError`, async () => {
      const before = (await server()).get('run_id')
      expect(await run(source)).toContain('MemoryError')
      await works()
      expect((await server()).get('run_id')).toBe(before)
      await send('DEL', 'big')
    })
  }

  it(
    'an event whose value does not fit is an error of its execution',
    async () => {
      await send('RG.PYEXECUTE', "GB('CommandReader').map(lambda x: len(x[1])).register(trigger='length')")
      expect(await send('RG.TRIGGER', 'length', 'x'.repeat(1000))).toEqual(['1000'])
      const reply: ScenarioValue = await send('RG.TRIGGER', 'length', 'x'.repeat(125_000_000))
      expect(JSON.stringify(reply)).toMatch(/MemoryError|reached its memory limit of 128 MB/)
      await works()
    },
    SLOW_TEST_MS,
  )

  it(
    'recursion whose limit C raised ends in a MemoryError, or in another life of the shard',
    async () => {
      const endless = 'ctypes.pythonapi.Py_SetRecursionLimit(10 ** 8)\ndef g(n): return g(n + 1) + 1\nreturn g(0)'
      expect(await run(script(endless, 'import ctypes'))).toMatch(/MemoryError|broke down/)
      await until(async () => {
        send = await engine.connect()
        return works().then(
          () => true,
          () => undefined,
        )
      })
    },
    SLOW_TEST_MS,
  )

  it('the limit stands in INFO', async () => {
    expect((await server()).get('embedded_python_memory_mb')).toBe('128')
  })
})

describe('what would end the process', () => {
  const REFUSED: Readonly<Record<string, string>> = {
    'os._exit': 'os._exit(0)',
    'os.abort': 'os.abort()',
    'signal 15': 'signal.raise_signal(signal.SIGTERM)',
    'signal 11': "__import__('_signal').raise_signal(11)",
    'signal 9': 'os.kill(os.getpid(), 9)',
    'signal 6': 'os.kill(os.getpid(), signal.SIGABRT)',
    'faulthandler._sigsegv': 'faulthandler._sigsegv()',
    'faulthandler._sigabrt': 'faulthandler._sigabrt()',
  }
  for (const [name, call] of Object.entries(REFUSED)) {
    it(`${name} is refused`, async () => {
      const before = (await server()).get('run_id')
      const imports = 'import os, signal, faulthandler'
      expect(await run(script(call, imports))).toContain(`RuntimeError: ${name} would end the server`)
      expect(await run(`${imports}\n${call}`)).toContain(`RuntimeError: ${name} would end the server`)
      expect((await server()).get('run_id')).toBe(before)
    })
  }

  it('by another name, too', async () => {
    expect(await run("__import__('posix')._exit(1)")).toContain('RuntimeError: os._exit would end the server')
  })

  const ODD: Readonly<Record<string, string>> = {
    'sys.exit in __repr__': 'class A:\n  def __repr__(s): sys.exit(3)\n  __str__ = __repr__\nreturn A()',
    'sys.exit in a thread':
      'import threading\nt = threading.Thread(target=lambda: sys.exit(3))\nt.start()\nt.join()\nreturn 1',
    'sys.exit in __del__': 'class A:\n  def __del__(s): sys.exit(3)\nA()\nreturn 1',
    'sys.exit at exit': 'import atexit\natexit.register(lambda: sys.exit(3))\nreturn 1',
    KeyboardInterrupt: 'raise KeyboardInterrupt',
    GeneratorExit: 'raise GeneratorExit',
    "a handler for the engine's signal": 'import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_DFL)',
  }
  for (const [name, body] of Object.entries(ODD)) {
    it(`${name} ends its function alone`, async () => {
      const before = (await server()).get('run_id')
      await run(script(body))
      await works()
      expect((await server()).get('run_id')).toBe(before)
    })
  }
})
