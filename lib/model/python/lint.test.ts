import { pythonLanguage } from '@codemirror/lang-python'
import { describe, expect, it } from 'vitest'
import { RULES, type RuleName } from './finding'
import { inspect } from './lint'

const inspectText = (text: string) => inspect(text, pythonLanguage.parser.parse(text).topNode)
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
      ['GB().sort(reverse=1).run()', '1'],
    ],
    silent: [
      "GB('StreamReader').register('s', batch=10, onFailedPolicy='Retry', mode='async_local')",
      "GB('StreamReader').register('s', mode='sync', onFailedPolicy='continue')",
      "GB().register('x*', eventTypes=None, keyTypes=['Hash', 'string'], onRegistered=setup)",
      "GB().register('x*', eventTypes=('set', 'del'), commands=[command])",
      'BATCH = size()\nGB("StreamReader").register("s", batch=BATCH)',
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
    ],
    silent: [
      "GB('StreamReader').register('s', batch=1, duration=0)",
      "SIZE = 0\nSIZE = 10\nGB('StreamReader').register('s', batch=SIZE)",
    ],
  },
  'crashing-key-types': {
    fires: [
      ["GB().register('x*', keyTypes=['hash', 'stream'])", "'stream'"],
      ["GB().register('x*', keyTypes=('empty',))", "'empty'"],
      ["GB().register('x*', keyTypes=['Stream'])", "'Stream'"],
    ],
    silent: [
      "GB().register('x*', keyTypes=['hash', 'string'])",
      "GB().filter(lambda r: r['type'] == 'empty').register('x*')",
    ],
  },
  'coroutine-in-sync': {
    fires: [
      ["async def f(x):\n    return x\nGB().map(f).register('x*', mode='sync')", 'f'],
      ["async def f(x):\n    return x\nGB().map(lambda x: f(x)).register('x*', mode='sync')", 'lambda x: f(x)'],
      ["def f(x):\n    return gearsFuture()\nGB().map(f).register('x*', mode='sync')", 'f'],
    ],
    silent: [
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
    ],
    silent: [
      "GB('CommandReader').map(lambda x: call_next(*x[1:])).register(hook='hset', mode='sync')",
      "GB('CommandReader').map(lambda x: execute('INCR', 'n')).register(hook='hset')",
      "GB('CommandReader').map(lambda x: execute('set', 'b:1', 1)).register(hook='set', keyprefix='a:')",
      "GB('CommandReader').map(lambda x: execute('set', 'b', 1)).register(trigger='set')",
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
      ['while True:\n    pass\nGB().run()', 'while'],
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

describe.each(RULES)('rule %s', (rule) => {
  it.each(CASES[rule].fires)('fires on %s', (text, marked) => {
    const finding = inspectText(text).findings.find((one) => one.rule === rule)
    expect(finding).toBeDefined()
    if (rule !== 'syntax') expect(finding && text.slice(finding.from, finding.to)).toBe(marked)
  })
  it.each(CASES[rule].silent)('is silent on %s', (text) => {
    expect(rulesOf(text)).not.toContain(rule)
  })
})

describe('severity', () => {
  it('is crash for what ends or hangs the server, and for nothing else', () => {
    const crash = RULES.filter((rule) =>
      CASES[rule].fires.some(([text]) =>
        inspectText(text).findings.some((f) => f.rule === rule && f.severity === 'crash'),
      ),
    )
    expect(crash).toEqual(['batch-zero', 'crashing-key-types', 'coroutine-in-sync', 'hook-calls-itself'])
  })
})

describe('fixes', () => {
  it.each([
    ["GB('StreamReader').register('s', batch=0)", "GB('StreamReader').register('s', batch=100)"],
    ["GB('keysreader').run()", "GB('KeysReader').run()"],
    ['GB().mapp(lambda x: x).run()', 'GB().map(lambda x: x).run()'],
    ['GB().map(str).run()', 'GB().map(lambda x: str(x)).run()'],
    ["GB('StreamReader').register('s', Batch=5)", "GB('StreamReader').register('s', batch=5)"],
  ])('%s becomes %s, without findings', (before, after) => {
    const fix = inspectText(before).findings.find((finding) => finding.fix)?.fix
    const fixed = fix && before.slice(0, fix.from) + fix.insert + before.slice(fix.to)
    expect(fixed).toBe(after)
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
    const deep = '('.repeat(20_000)
    expect(rulesOf(deep)).toContain('syntax')
    const whole = CASES['writes-own-prefix'].fires.map(([text]) => text).join('\n')
    for (let end = 0; end < whole.length; end += 7) expect(() => rulesOf(whole.slice(0, end))).not.toThrow()
  })
})
