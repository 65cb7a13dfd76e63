import { pythonLanguage } from '@codemirror/lang-python'
import { describe, expect, it } from 'vitest'
import { inspect } from './lint'
import { effectsOf, readScript } from './script'

const read = (text: string) => readScript(text, pythonLanguage.parser.parse(text).topNode)
const effects = (text: string) => effectsOf(read(text))

/** Scripts of the shapes that people bring: what they run and register, for certain. */
const DOES: readonly (readonly [what: string, runs: number, registers: number, script: string])[] = [
  ['a chain', 1, 0, "GB('KeysReader').map(lambda r: r['key']).run()"],
  ['an alias of the builder', 1, 0, 'import redisgears\nMake = redisgears.GearsBuilder\nMake().run()'],
  ['a function that is called', 0, 1, "def setup():\n    gb = GB()\n    gb.register('x*')\n\nsetup()"],
  [
    'a function that returns a builder',
    0,
    1,
    "def make(reader):\n    return GB(reader).map(lambda r: r)\nmake('StreamReader').register('s')",
  ],
  ['a function that takes one', 1, 0, 'def start(b):\n    b.run()\nstart(GB())'],
  ['a loop over a list', 0, 3, "for p in ['a*', 'b*', 'c*']:\n    GB().register(p)"],
  [
    'a loop over a dict',
    0,
    2,
    "for trigger, f in {'a': g, 'b': h}.items():\n    GB('CommandReader').map(f).register(trigger=trigger)",
  ],
  ['a comprehension', 0, 2, "[GB().register(p) for p in ('a*', 'b*')]"],
  [
    'a class',
    0,
    1,
    "class Job:\n    def __init__(self, prefix):\n        self.gb = GB()\n        self.prefix = prefix\n\n    def start(self):\n        self.gb.register(self.prefix)\n\nJob('x*').start()",
  ],
  [
    'a subclass',
    0,
    1,
    "class Base:\n    def start(self):\n        GB().register(self.prefix)\nclass Mine(Base):\n    prefix = 'x*'\nMine().start()",
  ],
  ['a builder in a dict', 1, 0, "builders = {'a': GB()}\nbuilders['a'].run()"],
  ['a builder in a list', 0, 2, "readers = [GB(), GB('StreamReader')]\nfor r in readers:\n    r.register('s*')"],
  ['try and except', 0, 1, "try:\n    GB().register('x*')\nexcept Exception as e:\n    log(str(e))"],
  ['a known condition', 0, 1, "DEBUG = False\nif DEBUG:\n    GB().run()\nelse:\n    GB().register('x*')"],
  ['a walrus', 1, 0, 'if (gb := GB()):\n    gb.run()'],
  [
    'a decorator of the script',
    0,
    1,
    "def command(name):\n    def deco(f):\n        GB('CommandReader').map(f).register(trigger=name)\n        return f\n    return deco\n\n@command('hello')\ndef hello(call):\n    return 'hi'",
  ],
  ['a bound method', 1, 0, 'go = GB().map(lambda r: r).run\ngo()'],
  ['getattr', 1, 0, "getattr(GB(), 'run')()"],
  [
    'functools.partial',
    0,
    1,
    "from functools import partial\nlisten = partial(lambda p, m: GB().register(p, mode=m), m='sync')\nlisten('x*')",
  ],
  ['globals()', 1, 0, "gb = GB()\nglobals()['gb'].run()"],
  ['with atomic', 1, 0, 'with atomic():\n    GB().run()'],
  ['exit before it', 0, 0, 'import sys\nraise SystemExit(1)\nGB().run()'],
  ['a function nobody calls', 0, 0, 'def main():\n    GB().run()'],
  ['__main__', 0, 0, "def main():\n    GB().run()\n\nif __name__ == '__main__':\n    main()"],
  [
    'a registration made by another one',
    0,
    1,
    "def again(r):\n    GB().register('y*')\nGB().foreach(again).register('x*')",
  ],
]

/** Where a condition decides that only running it would tell. */
const MAY: readonly (readonly [what: string, script: string])[] = [
  ['a condition on the server', "if execute('GET', 'mode') == 'a':\n    GB().register('x*')"],
  ['the environment', "import os\nif os.environ.get('LISTEN'):\n    GB().register('x*')"],
  ['a loop over keys', "for k in execute('KEYS', 'jobs:*'):\n    GB().register(k)"],
  ['a handler', "try:\n    check()\nexcept Exception:\n    GB().register('x*')"],
  ['and', "ready() and GB().register('x*')"],
]

const CANNOT_TELL: readonly (readonly [what: string, script: string, why: string])[] = [
  [
    'GB handed to a library',
    "from rgsync import RGWriteBehind\nRGWriteBehind(GB, keysPrefix='person', mappings={})",
    'rgsync.RGWriteBehind',
  ],
  ['a builder handed to a library', "import helpers\nhelpers.install(GB('StreamReader'))", 'helpers.install'],
  ['GB in a dict handed on', "from lib import go\ngo({'builder': GearsBuilder})", 'lib.go'],
  [
    'another builder',
    "from gearsclient import GearsRemoteBuilder as GB\nGB('KeysReader').map(lambda r: r).run()",
    'gearsclient',
  ],
  ['a library alone', "import mygears\nmygears.setup(prefix='x*')", 'mygears.setup'],
  ['exec', "exec(configGet('script'))", 'exec'],
  ['a star', 'from recipes import *\nstart()', 'recipes'],
  ['an unknown thing that runs', "job = configGet('x').strip\njobs[0].run()", 'run'],
  ['an attribute of a library', 'import helpers\nhelpers.builder = GB()', 'builder'],
]

describe('what a script does', () => {
  it.each(DOES)('%s', (_, runs, registers, script) => {
    expect(effects(script)).toEqual({ runs, registers, mayRun: 0, mayRegister: 0, cannotTell: undefined })
  })
  it.each(MAY)('may register: %s', (_, script) => {
    expect(effects(script)).toMatchObject({ registers: 0, mayRegister: 1, cannotTell: undefined })
  })
  it.each(CANNOT_TELL)('cannot be told: %s', (_, script, why) => {
    expect(effects(script).cannotTell?.why).toContain(why)
    const { findings } = inspect(script, pythonLanguage.parser.parse(script).topNode)
    expect(findings.map(({ rule }) => rule)).not.toContain('no-action')
  })
})

describe('bounds', () => {
  it('a script that never gets anywhere is left, and nothing is claimed of the rest', () => {
    const counting = `n = 0\nwhile n >= 0:\n    n += 1\nGB('StreamReader').register('s', batch=0)`
    expect(effects(counting).registers).toBe(1)
    const loops = `${'for a in range(200):\n'}${' for b in range(200):\n'}${'  for c in range(200):\n'}   GB().run()\n`
    expect(effects(loops).runs).toBe(0)
    expect(effects(loops).mayRun).toBeGreaterThan(0)
    expect(() =>
      effects(`def f(n):\n    return f(n - 1) + f(n - 2)\nf(9)\nGB().map(lambda r: f(r)).run()`),
    ).not.toThrow()
    expect(() => effects(`x = [${'1,'.repeat(100_000)}]\nfor a in x:\n    GB().run()`)).not.toThrow()
    expect(() => effects(`${'if a():\n x = 1\n'.repeat(2000)}GB().run()`)).not.toThrow()
  })
})
