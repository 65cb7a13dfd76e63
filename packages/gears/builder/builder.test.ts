import { describe, expect, it } from 'vitest'
import {
  commandReader,
  GearFunction,
  keysOnlyReader,
  keysReader,
  OpenFunction,
  py,
  pythonReader,
  streamReader,
} from '..'
import { OPERATIONS } from '../docs'
import type { PythonValue } from '../vocabulary/python-text'

describe('py', () => {
  it('puts values in as literals, and other Python as it is', () => {
    const inner = py`lambda r: r`
    expect(py`f(${"it's"}, ${-1}, ${[true, null, { a: 'b' }]}, ${inner})`.source).toBe(
      "f('it\\'s', (-1), [True, None, {'a': 'b'}], lambda r: r)",
    )
  })
  it('cannot be broken out of', () => {
    const hostile = "'); execute('FLUSHALL') #\n\\"
    expect(py`lambda r: r['key'] == ${hostile}`.source).toBe(
      "lambda r: r['key'] == '\\'); execute(\\'FLUSHALL\\') #\\n\\\\'",
    )
  })
  it('leaves backslashes to Python', () => {
    expect(py`re.compile(r'\d+\n').sub('\'', x)`.source).toBe("re.compile(r'\\d+\\n').sub('\\'', x)")
    expect(py`'\${x} \`'`.source).toBe(["'$", "{x} `'"].join(''))
  })
  it('takes away the indentation that all lines share', () => {
    const name = py`parse`
    expect(
      py`
        def ${name}(r):
            if r:

                return ${'a\n  b'}
      `.source,
    ).toBe("def parse(r):\n    if r:\n\n        return 'a\\n  b'")
  })
  it('refuses what has no literal', () => {
    // @ts-expect-error a Date is no Python value
    expect(() => py`${new Date()}`).toThrow('Python has no literal for a Date')
    // @ts-expect-error undefined is no Python value
    expect(() => py`${[undefined]}`).toThrow('Python has no literal for undefined')
    const cycle: PythonValue[] = []
    cycle.push([cycle])
    expect(() => py`${cycle}`).toThrow('contains itself')
  })
})

describe('the fluent builder', () => {
  it('writes the script', () => {
    const wordCount = keysReader('user:*', { desc: 'words' })
      .filter(py`lambda r: r['type'] == ${'string'}`)
      .values()
      .flatMap(py`lambda text: text.split()`)
      .countBy()
      .run({ convertToStr: false, mode: 'async_local' })
    expect(wordCount.python).toBe(`gb = GearsBuilder('KeysReader', desc='words')
gb.filter(lambda r: r['type'] == 'string')
gb.map(lambda r: r['value'])
gb.flatmap(lambda text: text.split())
gb.countby()
gb.run('user:*', convertToStr=False, mode='async_local')
`)
    expect(`${wordCount}`).toBe(wordCount.python)
  })

  it('puts a def above and calls it by its name, once', () => {
    const f = py`
      def parse(r):
          return json.loads(r)
    `
    const all = keysReader().prelude(py`import json`).map(f).forEach(f).run()
    expect(all.python).toBe(
      "import json\n\n\ndef parse(r):\n    return json.loads(r)\n\n\ngb = GearsBuilder('KeysReader')\ngb.map(parse)\ngb.foreach(parse)\ngb.run()\n",
    )
    expect(() => keysReader().map(f).map(py`def parse(r): return r`)).toThrow('two functions are named parse')
  })

  it('registers what it reads, as a prefix', () => {
    expect(streamReader('orders:*').register({ batch: 10 }).python).toContain("gb.register('orders:*', batch=10)")
    expect(streamReader('orders:*').register({ prefix: 'a' }).python).toContain("gb.register('a')")
    expect(() => keysReader('u?er:*').register()).toThrow("'u?er:*' is a glob")
  })

  it('shares a beginning: each method returns a new function', () => {
    const users = keysReader('user:*').keys()
    expect(users.count().run().pipeline.steps).toHaveLength(2)
    expect(users.run().pipeline.steps).toHaveLength(1)
  })

  it('refuses what would crash the server', () => {
    expect(() => streamReader('a').register({ batch: 0 })).toThrow('batch: 0 crashes the server')
    expect(() => keysReader('a').register({ keyTypes: ['hash', 'stream'] })).toThrow("keyTypes: 'stream' crashes")
  })

  it('refuses by type, and at run time, what the reader cannot do', () => {
    // @ts-expect-error a CommandReader does not run
    expect(() => commandReader().run()).toThrow('CommandReader does not support run')
    // @ts-expect-error a KeysOnlyReader does not register
    expect(() => keysOnlyReader('a').register()).toThrow('KeysOnlyReader does not support register')
    // @ts-expect-error a KeysReader has no batch
    expect(() => keysReader('a').register({ batch: 5 })).toThrow('register of KeysReader does not know batch')
    // @ts-expect-error a StreamReader has no eventTypes
    expect(() => streamReader('a').register({ eventTypes: ['set'] })).toThrow('does not know eventTypes')
    // @ts-expect-error runs are not sync
    streamReader('a').run({ mode: 'sync' })
    // @ts-expect-error no such policy
    streamReader('a').register({ onFailedPolicy: 'ignore' })
    // @ts-expect-error a CommandReader needs a trigger or a hook
    commandReader().register()
    // @ts-expect-error not both
    commandReader().register({ trigger: 'a', hook: 'set' })
    // @ts-expect-error records of a CommandReader have no key
    commandReader().keys()
    // @ts-expect-error a callback is Python
    keysReader().map('lambda r: r')
    // @ts-expect-error a PythonReader needs its generator
    expect(() => pythonReader()).not.toThrow()
  })

  it('has every operation', () => {
    const methods = Object.getOwnPropertyNames(OpenFunction.prototype).map((name) => name.toLowerCase())
    expect(methods).toEqual(expect.arrayContaining(OPERATIONS.map(({ name }) => name)))
    expect(keysReader().run()).toBeInstanceOf(GearFunction)
  })
})
