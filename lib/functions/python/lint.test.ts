import { pythonLanguage } from '@codemirror/lang-python'
import { describe, expect, it } from 'vitest'
import { mended } from './finding'
import { CRASH_RULES, hazardOf, inspectText as inspect, isRuleName, RULES, type RuleName } from './lint'

const inspectText = (text: string) => inspect(text, (script) => pythonLanguage.parser.parse(script).topNode)
const rulesOf = (text: string) => inspectText(text).findings.map((finding) => finding.rule)

interface Cases {
  /** Each script with the text that must be marked. */
  readonly fires: readonly (readonly [script: string, marked: string])[]
  readonly silent: readonly string[]
}

const CASES: Readonly<Record<RuleName, Cases>> = {
  syntax: {
    fires: [
      ['GB().map(lambda x: ).run()', ')'],
      ["x = = 3\nGB('KeysReader').run()", ' '],
      ['def f(:\n    return 1\nGB().run()', ':'],
    ],
    silent: [
      "async def f(x, *a, k=1, **kw):\n    return await g(f'{x}')\nGB().map(f).run()",
      "with atomic():\r\n\tpass\r\nGB().run('*', convertToStr=False)\r\n",
      "x: int = 1\n@dec\ndef f(): yield 1\nGB('PythonReader').run(f)",
    ],
  },
  'no-action': {
    fires: [
      ["gb = GearsBuilder('KeysReader')\ngb.map(lambda x: x)", "gb = GearsBuilder('KeysReader')"],
      ["execute('SET', 'a', '1')", "execute('SET', 'a', '1')"],
    ],
    silent: [
      'GB().run()',
      "build(GB()).register('x')",
      'def start(b):\n    b.run()\nstart(GB())',
      'registerTE(5, tick)',
      '',
    ],
  },
  'two-runs': {
    fires: [
      ['GB().run()\nGB().run()', 'run'],
      ["gb = GB()\ngb.run()\ngb.run('x*')", 'run'],
    ],
    silent: [
      "if full:\n    GB().run()\nelse:\n    GB().run('x*')",
      "GB().register('a*')\nGB('StreamReader').register('b')",
      "async def f(x):\n    await GB('ShardsIDReader').run()\nGB('KeysReader').foreach(f).run()",
    ],
  },
  'unsupported-reader': {
    fires: [
      ["GB('CommandReader').run()", 'run'],
      ["GB('PythonReader').register()", 'register'],
      ["GB('ShardsIDReader').map(lambda x: x).register()", 'register'],
      ["GB('keysreader').run()", "'keysreader'"],
    ],
    silent: ["GB('ShardsIDReader').run()", "GB('CommandReader').register(trigger='t')", 'GB(reader).run()'],
  },
  'unknown-operation': {
    fires: [
      ['GB().mapp(lambda x: x).run()', 'mapp'],
      ['gb = GB()\ngb.groupBy(lambda x: x, lambda k, a, r: a)\ngb.run()', 'groupBy'],
    ],
    silent: ['GB().map(lambda x: x.strip().upper()).run()', 'x = other()\nx.mapp(1)\nGB().run()'],
  },
  callback: {
    fires: [
      ['GB().map(str).run()', 'str'],
      ['class P: pass\nGB().map(P).run()', 'P'],
      ["GB().filter('x').run()", "'x'"],
      ['GB().groupby(lambda x: x).run()', 'groupby'],
    ],
    silent: [
      'GB().map(lambda x: str(x)).countby().avg().run()',
      'def str(x): return x\nGB().map(str).run()',
      'GB().aggregate([], lambda a, r: a + [r], lambda a, r: a + r).limit(5, 2).run()',
      'GB().map(imported).run()',
    ],
  },
  'unknown-argument': {
    fires: [
      ["GB('StreamReader').register('s', batchSize=10)", 'batchSize'],
      ["GB().register('x*', event_types=['set'])", 'event_types'],
      ["GB('KeysOnlyReader').run('x*', mode='async')", 'mode'],
    ],
    silent: [
      "GB('StreamReader').register('s', batch=10, duration=100, onFailedPolicy='retry', onFailedRetryInterval=5, trimStream=False)",
      "GB().register(regex='x*', eventTypes=['set'], readValue=False, OnRegistered=setup)",
      "GB('KeysOnlyReader').run('x*', count=10, noScan=False)",
      "GB(reader).register('x', anything=1)",
      "GB().register('x*', **options)",
    ],
  },
  'argument-type': {
    fires: [
      ["GB('StreamReader').register('s', batch='10')", "'10'"],
      ["GB('StreamReader').register('s', duration=[1])", '[1]'],
      ["GB('StreamReader').register('s', onFailedPolicy='ignore')", "'ignore'"],
      ["GB('StreamReader').register('s', mode='sync', onFailedPolicy='retry')", "'retry'"],
      ["GB('StreamReader').register('s', trimStream=1)", '1'],
      ["GB().register('x*', eventTypes='set')", "'set'"],
      ["GB().register('x*', eventTypes=['set', 5])", "['set', 5]"],
      ["GB().register('x*', keyTypes=['strings'])", "['strings']"],
      ["GB().register('x*', mode='asink')", "'asink'"],
      ["GB().register('x*', readValue='no')", "'no'"],
      ["GB().register('x*', onRegistered='setup')", "'setup'"],
      ["GB('CommandReader').register(trigger=5)", '5'],
      ["GB().run('x*', mode='sync')", "'sync'"],
      ["GB('StreamReader').run('s', fromId=0)", '0'],
      ["GB('PythonReader').run('x')", "'x'"],
      ["GB().limit('5').run()", "'5'"],
      ["GB().run('*', readValue=1)", '1'],
      ["GB().register('x*', keyTypes=['Hash'])", "['Hash']"],
      ["GB().register('x*', mode='Sync')", "'Sync'"],
    ],
    silent: [
      "GB('StreamReader').register('s', batch=10, onFailedPolicy='Retry', mode='async_local')",
      "GB('StreamReader').register('s', mode='sync', onFailedPolicy='continue')",
      "GB().register('x*', eventTypes=None, keyTypes=['hash', 'string'], onRegistered=setup)",
      "GB().register('x*', eventTypes=('set', 'del'), commands=[command])",
      'BATCH = size()\nGB("StreamReader").register("s", batch=BATCH)',
      'GB().sort(reverse=1).run(None, 1, 0)',
      'GB().limit(5, 1).sort(False).limit(n).aggregate({}, f, g).run()',
    ],
  },
  'trigger-arguments': {
    fires: [
      ["GB('CommandReader').register()", 'register'],
      ["GB('CommandReader').register(trigger='a', hook='set')", "'set'"],
      ["GB('CommandReader').register(keyprefix='a')", 'register'],
    ],
    silent: [
      "GB('CommandReader').register(trigger='a', inorder=True)",
      "GB('CommandReader').register(hook='set', keyprefix='a', mode='sync')",
      "GB('CommandReader').register(**args)",
    ],
  },
  'batch-zero': {
    fires: [
      ["GB('StreamReader').register('s', batch=0)", '0'],
      ["SIZE = 0\nGB('StreamReader').register('s', batch=SIZE)", 'SIZE'],
      ["gb = GB('StreamReader')\ngb.map(lambda x: x)\ngb.register('s', duration=5, batch=-0)", '-0'],
      ["GB('StreamReader').register('s', batch=False)", 'False'],
      ["GB('StreamReader').register('s', batch=10 // 100)", '10 // 100'],
      ["options = {'batch': 0}\nGB('StreamReader').register('s', **options)", 'options'],
      ["base = dict(batch=5)\nGB('StreamReader').register('s', **{**base, 'batch': 0})", "{**base, 'batch': 0}"],
      ["G = GearsBuilder\nG('StreamReader').register('s', batch=int('0'))", "int('0')"],
      [
        "class Job:\n    SIZE = 0\n    def start(self):\n        GB('StreamReader').register('s', batch=self.SIZE)\nJob().start()",
        'self.SIZE',
      ],
      ["def start(name, batch=0):\n    GB('StreamReader').register(name, batch=batch)\nstart('s')", 'batch'],
      ["for size in (10, 0):\n    GB('StreamReader').register('s%d' % size, batch=size)", 'size'],
      ["GearsBuilder(reader='StreamReader').map(lambda r: r).register(prefix='s', batch=len([]))", 'len([])'],
      ["if (n := 0) == 0:\n    GB('StreamReader').register('s', batch=n)", 'n'],
      ["try:\n    GB('StreamReader').register('s', batch=0x0)\nexcept Exception as e:\n    log(str(e))", '0x0'],
    ],
    silent: [
      "GB('StreamReader').register('s', batch=1, duration=0)",
      "SIZE = 0\nSIZE = 10\nGB('StreamReader').register('s', batch=SIZE)",
      "GB('StreamReader').register('s', batch=True)",
      "GB('StreamReader').register('s', batch=read_size())",
      "import os\nGB('StreamReader').register('s', batch=int(os.environ['SIZE']))",
      "GB().register('x*', batch=0)",
      "GB('StreamReader').register('s', **read_options())",
      "def never():\n    GB('StreamReader').register('s', batch=0)",
      "if __name__ == '__main__':\n    GB('StreamReader').register('s', batch=0)",
    ],
  },
  'crashing-key-types': {
    fires: [
      ["GB().register('x*', keyTypes=['hash', 'stream'])", "'stream'"],
      ["GB().register('x*', keyTypes=('empty',))", "'empty'"],
      ["TYPES = {'stream'}\nGB().register('x*', keyTypes=TYPES)", 'TYPES'],
      ["GB().register('x*', keyTypes=[t for t in ('hash', 'empty')])", "[t for t in ('hash', 'empty')]"],
      ["o = dict(keyTypes=['stream'])\nGB().register('x*', **o)", 'o'],
      [
        "def listen(prefix, types):\n    GB().register(prefix, keyTypes=types)\nlisten('x*', ['hash', 'stream'])",
        'types',
      ],
    ],
    silent: [
      "GB().register('x*', keyTypes=['hash', 'string'])",
      "GB().filter(lambda r: r['type'] == 'empty').register('x*')",
      // The module compares with case, and refuses these.
      "GB().register('x*', keyTypes=['Stream'])",
      "GB().register('x*', keyTypes=read_types())",
      "if False:\n    GB().register('x*', keyTypes=['stream'])",
    ],
  },
  'coroutine-in-sync': {
    fires: [
      ["async def f(x):\n    return x\nGB().map(f).register('x*', mode='sync')", 'f'],
      ["async def f(x):\n    return x\nGB().map(lambda x: f(x)).register('x*', mode='sync')", 'lambda x: f(x)'],
      ["def f(x):\n    return gearsFuture()\nGB().map(f).register('x*', mode='sync')", 'f'],
      [
        "def f(x):\n    fut = gearsFuture()\n    keep(fut)\n    return fut\nGB().filter(f).register('x*', mode='sync')",
        'f',
      ],
      [
        "async def g(x):\n    return x\ndef f(x):\n    if x['value']:\n        return g(x)\n    return x\nGB().foreach(f).register('x*', mode='sync')",
        'f',
      ],
      [
        "async def work(n):\n    return n\nmode = 'sy' + 'nc'\nGB('KeysReader').flatmap(work).register('x*', mode=mode)",
        'work',
      ],
      [
        "class W:\n    @staticmethod\n    async def go(x):\n        return x\nGB().map(lambda x: W.go(x)).register('x*', **{'mode': 'sync'})",
        'lambda x: W.go(x)',
      ],
    ],
    silent: [
      "async def f(x):\n    return x\ndef start(x):\n    runCoroutine(f(x))\n    return x\nGB().map(start).register('x*', mode='sync')",
      "async def f(x):\n    return 'k'\nGB().groupby(f, lambda k, a, r: 1).register('x*', mode='sync')",
      "GB().map(lambda x: made_elsewhere(x)).register('x*', mode='sync')",
      "async def f(x):\n    return x\nGB().map(f).register('x*')",
      "async def f(x):\n    return x\nGB('CommandReader').map(f).register(trigger='t', mode='sync')",
      "def f(x):\n    return x\nGB().map(f).register('x*', mode='sync')",
    ],
  },
  'hook-calls-itself': {
    fires: [
      ["GB('CommandReader').map(lambda x: execute('HSET', *x[1:])).register(hook='hset')", "execute('HSET', *x[1:])"],
      [
        "def save(x):\n    return execute('set', x[1], x[2])\ndef f(x):\n    return save(x)\nGB('CommandReader').map(f).register(hook='SET', mode='sync')",
        "execute('set', x[1], x[2])",
      ],
      [
        "GB('CommandReader').map(lambda x: execute('set', 'a:1', 1)).register(hook='set', keyprefix='a:')",
        "execute('set', 'a:1', 1)",
      ],
      ["GB('CommandReader').map(lambda x: execute(*x)).register(hook='hset', mode='sync')", 'execute(*x)'],
      [
        "run = redisgears.executeCommand\nGB('CommandReader').map(lambda x: run('HSET', *x[1:])).register(hook='hset', mode='sync')",
        "run('HSET', *x[1:])",
      ],
      [
        "CMD = 'hs' + 'et'\nGB('CommandReader').map(lambda x: execute(CMD.upper(), *x[1:])).register(hook=CMD, mode='sync')",
        'execute(CMD.upper(), *x[1:])',
      ],
      [
        "GB('CommandReader').map(lambda x: execute('RG.TRIGGER', 't')).register(trigger='t', mode='sync')",
        "execute('RG.TRIGGER', 't')",
      ],
      [
        "GB('CommandReader').map(lambda x: execute('GET', 'a')).register(hook='hget', mode='sync')\nGB('CommandReader').map(lambda x: execute('HGET', 'a', 'b')).register(hook='get', mode='sync')",
        "execute('GET', 'a')",
      ],
    ],
    silent: [
      "GB('CommandReader').map(lambda x: execute(x[1])).register(hook='hset', mode='sync')",
      "GB('CommandReader').map(lambda x: execute('RG.TRIGGER', 'other')).register(trigger='t', mode='sync')",
      "GB('CommandReader').map(lambda x: call_next(*x[1:])).register(hook='hset', mode='sync')",
      "GB('CommandReader').map(lambda x: execute('INCR', 'n')).register(hook='hset')",
      "GB('CommandReader').map(lambda x: execute('set', 'b:1', 1)).register(hook='set', keyprefix='a:')",
      "GB('CommandReader').map(lambda x: execute('set', 'b', 1)).register(trigger='set')",
    ],
  },
  'huge-integer': {
    fires: [
      ["GB('ShardsIDReader').map(lambda x: 2**70).run(convertToStr=False)", 'lambda x: 2**70'],
      ["N = 10 ** 20\nGB().map(lambda r: [1, [N]]).run('*', False)", 'lambda r: [1, [N]]'],
      ["def f(r):\n    return int('9' * 30)\nGB('CommandReader').map(f).register(trigger='t', convertToStr=0)", 'f'],
      ["GB().map(lambda r: 1 << 64).map(lambda n: n - 1).register('x*', convertToStr=False)", 'lambda n: n - 1'],
      [
        "import math\nGB().aggregate(0, lambda a, r: a, lambda a, r: math.factorial(30)).run('*', convertToStr=None)",
        'lambda a, r: math.factorial(30)',
      ],
      [
        "from uuid import uuid4\nGB('PythonReader').run(lambda: (uuid4().int for i in range(3)), convertToStr=False)",
        'lambda: (uuid4().int for i in range(3))',
      ],
      [
        "GB('KeysReader').foreach(lambda r: override_reply(-2**63 - 1)).register('x*', commands=['set'], eventTypes=['set'])",
        'override_reply(-2**63 - 1)',
      ],
      [
        "def f(r):\n    if r['value']:\n        return 0xffffffffffffffff\n    return 1\nGB().map(f).run(convertToStr=False)",
        'f',
      ],
    ],
    silent: [
      "GB('ShardsIDReader').map(lambda x: 2**70).run()",
      "GB('ShardsIDReader').map(lambda x: 2**63 - 1).run(convertToStr=False)",
      "GB('ShardsIDReader').map(lambda x: -2**63).run(convertToStr=False)",
      "GB('ShardsIDReader').map(lambda x: 2**70 % 1000).run(convertToStr=False)",
      "GB('ShardsIDReader').map(lambda x: str(2**70)).run(convertToStr=False)",
      "GB('ShardsIDReader').map(lambda x: {'n': 2**70}).run(convertToStr=False)",
      "GB('ShardsIDReader').map(lambda x: (2**70,)).run(convertToStr=False)",
      "GB().map(lambda r: int(r['value'])).run(convertToStr=False)",
    ],
  },
  'lone-surrogate': {
    fires: [
      ["GB('ShardsIDReader').map(lambda x: '\\ud83d\\ude00').run()", "lambda x: '\\ud83d\\ude00'"],
      ["GB().register('\\ud800*')", "'\\ud800*'"],
      ["x = configGet('\\udfff')\nGB().run()", "configGet('\\udfff')"],
      ["GB().map(lambda r: flat_error('no \\udc00')).run()", "flat_error('no \\udc00')"],
      ["execute('SET', 'k', '\\ud800')\nGB().run()", "execute('SET', 'k', '\\ud800')"],
      ["GB().foreach(lambda x: execute('\\udbff')).register('x*')", "execute('\\udbff')"],
      [
        "GB('CommandReader').map(lambda x: call_next(x[1], 'a\\ude00')).register(hook='hset')",
        "call_next(x[1], 'a\\ude00')",
      ],
      ["log('x', level='\\ud800')\nGB().run()", "log('x', level='\\ud800')"],
      ["x = gearsConfigGet('\\ud800', 'a')\nGB().run()", "gearsConfigGet('\\ud800', 'a')"],
      ["registerTE(5, lambda: 1, '\\ud800')", "registerTE(5, lambda: 1, '\\ud800')"],
      ["GB().countby(lambda x: '\\ud800').run()", "lambda x: '\\ud800'"],
      ["GB('\\ud800').run()", "GB('\\ud800')"],
    ],
    silent: [
      "GB('ShardsIDReader').map(lambda x: '😀').run()",
      "GB('ShardsIDReader').map(lambda x: '\\U0001f600').run()",
      "GB('ShardsIDReader').map(lambda x: r'\\ud83d').run()",
      "GB('ShardsIDReader').filter(lambda x: x != '\\ud800').run()",
      // Written with its escape.
      "execute('SET', 'k', ['\\ud800'])\nGB().run()",
      "log('\\ud800')\nGB().run()",
      "GB().countby(lambda x: {'\\ud800': 1}).run()",
    ],
  },
  'list-in-itself': {
    fires: [['def f(x):\n    a = []\n    a.append(a)\n    return a\nGB().map(f).run(convertToStr=False)', 'f']],
    silent: [
      'def f(x):\n    a = []\n    a.append(a)\n    return a\nGB().map(f).run()',
      'def f(x):\n    a = []\n    return [a, a]\nGB().map(f).run(convertToStr=False)',
    ],
  },
  'endless-loop': {
    fires: [
      ['while True:\n    pass\nGB().run()', 'while'],
      ['import time\ndef wait():\n    while 1:\n        time.sleep(1)\nwait()\nGB().run()', 'while'],
      [
        "def f(r):\n    while not False:\n        execute('INCR', 'n')\nGB().foreach(f).register('x*', mode='sync')",
        'while',
      ],
    ],
    silent: [
      "while True:\n    if execute('GET', 'x'):\n        break\nGB().run()",
      'n = 0\nwhile n < 10000:\n    n += 1\nGB().run()',
      'from threading import Thread\ndef f():\n    while True:\n        pass\nThread(target=f).start()\nGB().run()',
      "def f(r):\n    while True:\n        pass\nGB().foreach(f).register('x*')",
      'while True:\n    step()\nGB().run()',
      'def read():\n    while True:\n        yield 1\nGB("PythonReader").limit(3).run(read)',
    ],
  },
  'ends-server': {
    fires: [
      ['import redisgears\nwith redisgears.PyAtomic():\n    pass\nGB().run()', 'redisgears.PyAtomic()'],
      [
        'import redisgears\nGB().map(lambda x: redisgears.PyFlatExecution().map(str)).run()',
        'redisgears.PyFlatExecution().map(str)',
      ],
      ['from redisgears import PyAtomic\nGB().foreach(lambda x: PyAtomic()).run()', 'PyAtomic()'],
      ['import os\nGB().foreach(lambda r: os._exit(1)).run()', 'os._exit(1)'],
      ['import os, signal\nos.kill(os.getpid(), signal.SIGKILL)', 'os.kill(os.getpid(), signal.SIGKILL)'],
      ["GB().foreach(lambda r: execute('DEBUG', 'SEGFAULT')).register('x*')", "execute('DEBUG', 'SEGFAULT')"],
      ["execute('RG.NETWORKTEST')", "execute('RG.NETWORKTEST')"],
      ["execute('shutdown', 'nosave', 'now')", "execute('shutdown', 'nosave', 'now')"],
    ],
    silent: [
      "import os, signal\nos.kill(int(execute('GET', 'pid')), signal.SIGTERM)\nGB().run()",
      "execute('DEBUG', 'SLEEP', '0')\nGB().run()",
      'import sys\nsys.exit(1)',
      "def never():\n    execute('SHUTDOWN', 'NOW')\nGB().run()",
    ],
  },
  'unprintable-argument': {
    fires: [
      [
        "class A:\n    def __str__(self): raise ValueError('no')\nGB().foreach(lambda x: execute('SET', 'k', A())).run()",
        "execute('SET', 'k', A())",
      ],
      [
        "class A:\n    def __repr__(self):\n        n = 1\n        return 5\nexecute('ECHO', [1, A()])\nGB().run()",
        "execute('ECHO', [1, A()])",
      ],
      ["class A(str):\n    __str__ = lambda s: 1 / 0\nexecute('ECHO', A('x'))\nGB().run()", "execute('ECHO', A('x'))"],
      ["class A:\n    def __str__(me): return str(me)\nexecute('ECHO', A())\nGB().run()", "execute('ECHO', A())"],
      ["class A:\n    def __str__(self): pass\nexecute('ECHO', A())\nGB().run()", "execute('ECHO', A())"],
      [
        "class A:\n    def __init__(self): self.n = 1\n    def __str__(self): return self.n\nclass B(A): pass\nasync def f(x):\n    with atomic():\n        return execute('ECHO', B())\nGB('CommandReader').map(f).register(trigger='t')",
        "execute('ECHO', B())",
      ],
      [
        "class A:\n    def __str__(self): return b'x'\ndef f(x):\n    return call_next(x[1], A())\nGB('CommandReader').map(f).register(hook='hset', mode='sync')",
        'call_next(x[1], A())',
      ],
      [
        "class A:\n    def __repr__(self): raise KeyError('k')\nGB().groupby(lambda x: A(), lambda k, a, r: 1).run()",
        'lambda x: A()',
      ],
      [
        'class A:\n    def __str__(self): return None\ndef f(x):\n    future = gearsFuture()\n    future.continueFailed(A())\n    return future\nGB().map(f).run()',
        'future.continueFailed(A())',
      ],
    ],
    silent: [
      "class A:\n    def __str__(self): return 'a'\nexecute('ECHO', A(), [A()], None, b'x', bytearray(b'y'))\nGB().run()",
      "class A:\n    def __str__(self):\n        if self.bad: raise ValueError('no')\n        return 'a'\nexecute('ECHO', A())\nGB().run()",
      // Never made text: the module sends bytes as they are, and refuses a command that is no text.
      "class A(bytes):\n    def __str__(self): raise ValueError('no')\nexecute('ECHO', A())\nGB().run()",
      "class A:\n    def __str__(self): raise ValueError('no')\nexecute(A())\nGB().run()",
      "class A(str):\n    def __repr__(self): raise ValueError('no')\nexecute('ECHO', A('x'))\nGB().run()",
      "class A:\n    def __str__(self): raise ValueError('no')\nflat_error(A())\nGB().run()",
      "class A:\n    def __str__(self): return '%s' % self.n\nexecute('ECHO', A())\nGB().run()",
    ],
  },
  'atomic-held': {
    fires: [
      ['GB().foreach(lambda x: atomic().__enter__()).run()', 'atomic().__enter__()'],
      [
        "def f(x):\n    a = atomic()\n    a.__enter__()\n    execute('PING')\nGB().foreach(f).register('x*', mode='async_local')",
        'a.__enter__()',
      ],
      [
        "import redisgears\nasync def f(x):\n    redisgears.atomicCtx().__enter__()\nGB('CommandReader').map(f).register(trigger='t')",
        'redisgears.atomicCtx().__enter__()',
      ],
    ],
    silent: [
      "def f(x):\n    with atomic():\n        execute('PING')\nGB().foreach(f).run()",
      'def f(x):\n    a = atomic()\n    a.__enter__()\n    a.__exit__()\nGB().foreach(f).run()',
      "GB().foreach(lambda x: atomic().__enter__()).register('x*', mode='sync')",
    ],
  },
  'timer-period': {
    fires: [
      ['registerTE(-1, lambda: 1)', 'registerTE(-1, lambda: 1)'],
      ['registerTE(2 ** 70, lambda: 1)', 'registerTE(2 ** 70, lambda: 1)'],
      ['period = 9223372036854776\nregisterTE(period, lambda: 1)', 'registerTE(period, lambda: 1)'],
      ["GB().foreach(lambda x: registerTE(-60, lambda: 1)).run('x*')", 'registerTE(-60, lambda: 1)'],
    ],
    silent: ['registerTE(0, lambda: 1)', 'registerTE(3600, lambda: 1)', 'registerTE(seconds, lambda: 1)'],
  },
  'call-next-tuple': {
    fires: [
      [
        "GB('CommandReader').map(lambda x: call_next(*('h', 'f', 'v'))).register(hook='hset')",
        "call_next(*('h', 'f', 'v'))",
      ],
      [
        "ARGS = ('h', 'f', 'v')\nGB('CommandReader').map(lambda x: call_next(*ARGS)).register(hook='hset', mode='sync')",
        'call_next(*ARGS)',
      ],
      [
        "import redisgears\ndef f(x):\n    a = 'h', 'f', 1\n    return redisgears.callNext(*a)\nGB('CommandReader').map(f).register(hook='hset')",
        'redisgears.callNext(*a)',
      ],
    ],
    silent: [
      "GB('CommandReader').map(lambda x: call_next(*x[1:])).register(hook='hset')",
      "GB('CommandReader').map(lambda x: call_next(x[1], *('f', 'v'))).register(hook='hset')",
      "GB('CommandReader').map(lambda x: call_next(*tuple(x[1:]))).register(hook='hset')",
      "ARGS = ['h', 'f', 'v']\nGB('CommandReader').map(lambda x: call_next(*ARGS)).register(hook='hset')",
    ],
  },
  'ends-coroutines': {
    fires: [
      ["import sys\nasync def f(x):\n    sys.exit(1)\nGB('CommandReader').map(f).register(trigger='t')", 'sys.exit(1)'],
      ['async def f(x):\n    raise SystemExit(3)\nGB().foreach(f).run()', 'raise SystemExit(3)'],
      ["async def f(x):\n    raise KeyboardInterrupt\nGB().map(f).register('x*')", 'raise KeyboardInterrupt'],
      [
        "import asyncio\nasync def f(x):\n    asyncio.get_event_loop().stop()\nGB('CommandReader').map(f).register(trigger='t')",
        'asyncio.get_event_loop().stop()',
      ],
    ],
    silent: [
      'def f(x):\n    raise SystemExit(3)\nGB().foreach(f).run()',
      "async def f(x):\n    raise ValueError('x')\nGB().foreach(f).run()",
      'async def never():\n    raise SystemExit\nGB().run()',
    ],
  },
  'wears-out': {
    fires: [
      ["GB().foreach(lambda x: registerTE(5, tick)).register('x*')", 'registerTE(5, tick)'],
      [
        "def f(x):\n    registerTE(5, tick, 'k')\nGB('CommandReader').map(f).register(trigger='t')",
        "registerTE(5, tick, 'k')",
      ],
      ["GB('CommandReader').map(lambda x: call_next()).register(hook='dbsize')", 'call_next()'],
    ],
    silent: [
      'registerTE(5, tick)',
      "GB().register('x*', onRegistered=lambda: registerTE(5, tick))",
      "GB('CommandReader').map(lambda x: call_next(x[1])).register(hook='get')",
    ],
  },
  'too-deep': {
    fires: [
      [`x = 'a'${"+'a'".repeat(100_000)}`, `x = 'a'${"+'a'".repeat(18)}+`],
      [`x = lambda: y${'.m()'.repeat(60_000)}\nGB().run()`, `x = lambda: y${'.m()'.repeat(16)}.m(`],
      [`# ${'-'.repeat(99)}\nx = ${'-'.repeat(100_000)}1`, `x = ${'-'.repeat(76)}`],
      [
        `if a:\n pass\n${'elif b:\n pass\n'.repeat(100_000)}`,
        'elif b:\n pass\nelif b:\n pass\nelif b:\n pass\nelif b:\n pass\nelif b:\n pass\nelif b:\n pass\n'.slice(0, 80),
      ],
    ],
    silent: [
      `x = 1${'+1'.repeat(10_000)}\nGB().run()`,
      `x = [${'-1,'.repeat(100_000)}]\nGB().run()`,
      `x = '${'-+'.repeat(100_000)}'\nGB().run()`,
      `# ${'('.repeat(100_000)}\nGB().run()`,
      'x = -a + b.c()\n'.repeat(40_000),
      'if a:\n pass\nelif b:\n pass\n'.repeat(30_000),
    ],
  },
  unread: {
    fires: [
      ['x = 1\n'.repeat(30_000), 'x = 1'],
      [`# ${'-'.repeat(200_000)}`, `# ${'-'.repeat(78)}`],
      [
        `GB('StreamReader').register('s', batch=0)\n${'# long\n'.repeat(30_000)}`,
        "GB('StreamReader').register('s', batch=0)",
      ],
      [`x = ${'['.repeat(2000)}${']'.repeat(2000)}`, `x = ${'['.repeat(76)}`],
      ['x = [0] * 10000\nfor i in range(200):\n    y = list(x)\nGB().run()', 'y = list(x)'],
    ],
    silent: [
      'x = 1\n'.repeat(20_000),
      `s = '${'('.repeat(5000)}'\nGB().run()`,
      'n = 0\nfor a in range(200):\n  for b in range(200):\n    for c in range(200):\n      n += a * b * c\nGB().run()',
      'x = [[[[i + j + k + l for i in range(200)] for j in range(200)] for k in range(200)] for l in range(200)]\nGB().run()',
      'def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nGB().map(lambda r: fib(30)).run()',
      `x = ${"'a' + ".repeat(1500)}'b'\nGB().run()`,
      'def handle(r):\n' +
        "    x = str(r['key']) + 'a'\n".repeat(300) +
        "for t in range(60):\n    GB().foreach(handle).register('p%d:*' % t)",
      'x = [1]\nfor i in range(60):\n    x += x\nGB().run()',
    ],
  },
  'taken-name': {
    fires: [
      ["def load(k):\n    return k\nGB().map(lambda r: load(r['key'])).register('x*')", 'load'],
      ['t = 5\nGB().map(lambda r: t).run()', 't'],
      ["import time as t\ndef now(r):\n    return t.time()\nGB().map(now).register('x*')", 't'],
      [
        "loop = 3\ndef inner():\n    return loop\ndef outer(r):\n    return inner()\nGB().map(outer).register('x*')",
        'loop',
      ],
      ["class Future:\n    pass\nGB().map(lambda r: Future()).register('x*')", 'Future'],
      ["from copy import copy\nGB().map(lambda r: copy(r)).register('x*')", 'copy'],
      ["def dumps(x):\n    return dumps(x[1:]) if x else x\nGB().map(dumps).register('x*')", 'dumps'],
      ["k, v = 'a', 'b'\ndef f(r):\n    def g():\n        return k\n    return g()\nGB().map(f).register('x*')", 'k'],
      [
        "class W:\n    def go(self, r):\n        return instance\ninstance = 1\nw = W()\nGB().map(lambda r: w.go(r)).register('x*')",
        'instance',
      ],
    ],
    silent: [
      // The callback itself goes by value.
      "def load(r):\n    return r\nGB().map(load).register('x*')",
      "import sys, io, itertools\nfrom functools import partial\nGB().map(lambda r: partial(sys.exit, io, itertools)).register('x*')",
      "t = 5\nGB().map(lambda t: t).register('x*')",
      "t = 5\ndef f(r):\n    t = 1\n    return t\nGB().map(f).register('x*')",
      "t = 'x*'\nGB().map(lambda r: r['t']).register(t)",
      "def f(r):\n    return [k for k in r]\nk = 1\nGB().map(f).register('x*')",
      "log('a')\nGB().foreach(lambda r: log(str(r))).register('x*')",
      "t = 5\nprint(t)\nGB().map(lambda r: r.t).register('x*')",
      'def unused():\n    return t\nt = 1\nGB().run()',
    ],
  },
  'never-fires': {
    fires: [
      ["GB().register('user:*:name')", "'user:*:name'"],
      ["GB().register('user:')", "'user:'"],
      ["GB().register('')", "''"],
      ["GB().register('', commands=['set'])", "''"],
      ["P = 'us?r*'\nGB('StreamReader').register(P)", 'P'],
      ["GB('StreamReader').register('orders:*:eu')", "'orders:*:eu'"],
      ["GB().register('x*', eventTypes=['setex'])", "'setex'"],
      ["GB().register('x*', eventTypes=[])", '[]'],
      ["GB().register('x*', keyTypes=['string'], eventTypes=['hset'])", "['string']"],
      ["GB().register('x*', keyTypes=['hash'], eventTypes=['expired'])", "['hash']"],
      ["GB().register('x*', commands=['get'], eventTypes=['set'])", "['get']"],
      ["GB('CommandReader').register(hook='hset', keyprefix='user:*', mode='sync')", "'user:*'"],
      ["GB().register(prefix='a*', regex='b[12]*')", "'b[12]*'"],
    ],
    silent: [
      "GB().register('user:*')",
      "GB().register('user')",
      'GB().register()',
      "GB('StreamReader').register('orders:eu')",
      "GB().run('user:*:name')",
      "GB().register('x*', eventTypes=['SET', 'hincrby', 'keymiss'], keyTypes=None)",
      "GB().register('x*', commands=['get'], eventTypes=['keymiss'])",
      "GB().register('x*', commands=[], eventTypes=['set'])",
      "GB().register('x*', eventTypes=['expire', 'hset'], keyTypes=['hash'])",
      'GB().register(prefix_of(1), eventTypes=[e for e in known()])',
    ],
  },
  'never-runs': {
    fires: [
      ["def main():\n    GB().run()\nif __name__ == '__main__':\n    main()", "__name__ == '__main__'"],
      ["if '__main__' == __name__ and True:\n    GB().run()", "'__main__' == __name__ and True"],
    ],
    silent: ["if __name__ == 'not_main':\n    GB().run()", "if __name__ != '__main__':\n    GB().run()"],
  },
  'endless-reader': {
    fires: [
      ["GB('PythonReader').run(lambda: [1, 2])", 'lambda: [1, 2]'],
      ["def read():\n    return 5\nGB('PythonReader').count().run(read)", 'read'],
    ],
    silent: [
      "GB('PythonReader').limit(3).run(lambda: 1)",
      "GB('PythonReader').run(lambda: (n for n in range(3)))",
      "def read():\n    yield 1\nGB('PythonReader').run(read)",
      "def read():\n    return make()\nGB('PythonReader').run(read)",
    ],
  },
  'writes-own-prefix': {
    fires: [
      [
        "GB().foreach(lambda r: execute('SET', 'user:' + r['key'], 1)).register('user:*')",
        "execute('SET', 'user:' + r['key'], 1)",
      ],
      [
        "GB().foreach(lambda r: execute('HSET', r['key'], 'n', 1)).register('user:*')",
        "execute('HSET', r['key'], 'n', 1)",
      ],
      [
        "GB().foreach(lambda r: execute('INCR', f'user:{1}:n')).register('user:*', eventTypes=['incrby'])",
        "execute('INCR', f'user:{1}:n')",
      ],
      ["GB().foreach(lambda r: execute('INCR', 'n')).register()", "execute('INCR', 'n')"],
      [
        "GB('StreamReader').foreach(lambda r: execute('XADD', 's', '*', 'a', 1)).register('s')",
        "execute('XADD', 's', '*', 'a', 1)",
      ],
    ],
    silent: [
      "GB().foreach(lambda r: execute('SET', 'copy:' + r['key'], 1)).register('user:*')",
      "GB().foreach(lambda r: execute('HSET', r['key'], 'n', 1)).register('user:*', mode='sync')",
      "GB().foreach(lambda r: execute('DEL', r['key'])).register('user:*', eventTypes=['set'])",
      "GB().foreach(lambda r: execute('GET', r['key'])).register('user:*')",
      "GB('StreamReader').foreach(lambda r: execute('XADD', 's:out', '*', 'a', 1)).register('s')",
      "GB().foreach(lambda r: execute('SET', r['key'], 1)).run('user:*')",
    ],
  },
  'blocking-in-sync': {
    fires: [
      ["import time\nGB().foreach(lambda r: time.sleep(1)).register('x*', mode='sync')", 'time.sleep(1)'],
      [
        "from requests import get as fetch\ndef f(r):\n    return fetch('http://x')\nGB().map(f).register('x*', mode='sync')",
        "fetch('http://x')",
      ],
    ],
    silent: [
      "import time\nGB().foreach(lambda r: time.sleep(1)).register('x*')",
      "import time\nGB().foreach(lambda r: time.time()).register('x*', mode='sync')",
    ],
  },
  'top-level-work': {
    fires: [
      ['while more():\n    pass\nGB().run()', 'while'],
      ['n = 0\nfor i in range(1000000):\n    n += i\nGB().run()', 'for'],
      ["for k in execute('KEYS', '*'):\n    execute('DEL', k)\nGB().run()", 'for'],
      ['import time\ntime.sleep(5)\nGB().run()', 'time.sleep(5)'],
    ],
    silent: [
      "for name in ['a', 'b']:\n    execute('DEL', name)\nGB().run()",
      'for i in range(3):\n    pass\nGB().run()',
      'import time\ndef slow(x):\n    while True:\n        time.sleep(1)\nGB().foreach(slow).run()',
    ],
  },
}

const RULE_NAMES = Object.keys(RULES).filter(isRuleName)

describe.each(RULE_NAMES)('rule %s', (rule) => {
  it.each(CASES[rule].fires.map((one) => [one[0].slice(0, 300), ...one] as const))('fires on %s', (_, text, marked) => {
    const finding = inspectText(text).findings.find((one) => one.rule === rule)
    expect(finding).toBeDefined()
    if (rule !== 'syntax') expect(finding && text.slice(finding.from, finding.to)).toBe(marked)
  })
  it.each(CASES[rule].silent.map((text) => [text.slice(0, 300), text]))('is silent on %s', (_, text) => {
    expect(rulesOf(text)).not.toContain(rule)
  })
})

describe('severity', () => {
  it('is crash for what ends or hangs the server, and for nothing else', () => {
    const crash = RULE_NAMES.filter((rule) =>
      CASES[rule].fires.some(([text]) =>
        inspectText(text).findings.some((f) => f.rule === rule && f.severity === 'crash'),
      ),
    )
    expect(crash).toEqual(CRASH_RULES)
  })
})

describe('what a finding means for a registration', () => {
  it.each([
    ["GB().foreach(lambda r: execute('SET', 'user:1', 1)).register('user:*')", 'own-prefix'],
    ["GB('StreamReader').register('s', batch=0)", 'crash'],
    ['GB().mapp(lambda x: x).run()', null],
  ] as const)('%s: %s', (text, hazard) => {
    expect(inspectText(text).findings.map(hazardOf)).toEqual([hazard])
  })
})

describe('fixes', () => {
  it.each([
    ["GB('StreamReader').register('s', batch=0)", "GB('StreamReader').register('s', batch=100)"],
    ["GB('keysreader').run()", "GB('KeysReader').run()"],
    ['GB().mapp(lambda x: x).run()', 'GB().map(lambda x: x).run()'],
    ['GB().map(str).run()', 'GB().map(lambda x: str(x)).run()'],
    ["GB('StreamReader').register('s', Batch=5)", "GB('StreamReader').register('s', batch=5)"],
    ["GB().register('user:')", "GB().register('user:*')"],
    ["GB().register('x*', eventTypes=['hmset'])", "GB().register('x*', eventTypes=['hset'])"],
    [
      "def load(key):\n    return load.x + key\n\n\ndef f(r, load_x='load'):\n    return load(r['load']).load\n\n\nGB().map(f).map(lambda load: load).register('x*')",
      "def my_load(key):\n    return my_load.x + key\n\n\ndef f(r, load_x='load'):\n    return my_load(r['load']).load\n\n\nGB().map(f).map(lambda load: load).register('x*')",
    ],
    [
      "import t, os\ndef f(r):\n    global t\n    t = g(t=1)\n    return f'{t}'\nmy_t = 2\nGB().map(f).register('x*')",
      "import t as my_t2, os\ndef f(r):\n    global my_t2\n    my_t2 = g(t=1)\n    return f'{my_t2}'\nmy_t = 2\nGB().map(f).register('x*')",
    ],
    [
      "from time import time as loop\ndef f(r):\n    return [loop for loop in r] or loop()\nGB().map(f).register('x*')",
      "from time import time as my_loop\ndef f(r):\n    return [loop for loop in r] or my_loop()\nGB().map(f).register('x*')",
    ],
  ])('%s becomes %s, without findings', (before, after) => {
    const fix = inspectText(before).findings.find((finding) => finding.fix)?.fix
    expect(fix && mended(before, fix)).toBe(after)
    expect(rulesOf(after)).toEqual([])
  })
})

describe('the script that was read', () => {
  it('follows a builder through names and chains', () => {
    const { script } = inspectText(
      "gb = GearsBuilder('StreamReader', desc='d').map(f)\ngb.filter(g)\ngb = gb.foreach(h)\ngb.register('orders', batch=5)",
    )
    expect(script.actions.map((one) => [one.name, one.builder.reader, one.steps.map((step) => step.name)])).toEqual([
      ['register', 'StreamReader', ['map', 'filter', 'foreach']],
    ])
  })
  it('survives 20,000 nested brackets and any prefix of a script', () => {
    expect(rulesOf('('.repeat(20_000))).toEqual(['unread'])
    expect(rulesOf('('.repeat(900))).toContain('syntax')
    const whole = CASES['writes-own-prefix'].fires.map(([text]) => text).join('\n')
    for (let end = 0; end < whole.length; end += 7) expect(() => rulesOf(whole.slice(0, end))).not.toThrow()
  })
})
