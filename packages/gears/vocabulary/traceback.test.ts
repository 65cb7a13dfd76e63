import { describe, expect, it } from 'vitest'
import { errorSignature, errorTitle, frameInScript, readError } from './traceback'

// Texts that RedisGears 1.2.13 sent.
const KEY_ERROR = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 4, in my_mapper\n', 'ValueError: bad value 0\n']`
const NAME_ERROR = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 1, in <module>\n', "NameError: name 'foo' is not defined\n"]`
const FROM_BUILDER = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 1, in <module>\n', '  File "<string>", line 183, in register\n', 'gears.error: trigger already registered\n']`
const WITH_SOURCE = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 308, in profileGetInfo\n', '  File "/opt/rg/pstats.py", line 96, in __init__\n    self.init(arg)\n', 'TypeError: Cannot create\n']`

describe('readError', () => {
  it('unfolds the list form into what Python prints', () => {
    const report = readError(KEY_ERROR)
    expect(report.text).toBe(
      'Traceback (most recent call last):\n  File "<string>", line 4, in my_mapper\nValueError: bad value 0',
    )
    expect(report.type).toBe('ValueError')
    expect(report.message).toBe('bad value 0')
    expect(report.frames).toEqual([{ file: '<string>', line: 4, function: 'my_mapper' }])
  })

  it('reads items in double quotes, and frames with a source line', () => {
    expect(errorTitle(readError(NAME_ERROR))).toBe("NameError: name 'foo' is not defined")
    expect(readError(WITH_SOURCE).frames.at(-1)).toEqual({ file: '/opt/rg/pstats.py', line: 96, function: '__init__' })
    expect(errorTitle(readError(WITH_SOURCE))).toBe('TypeError: Cannot create')
  })

  it('reads an exception without a message, and one of the C layer', () => {
    const forced = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 2, in f\n', 'gears.forcestopped\n']`
    expect(errorTitle(readError(forced))).toBe('gears.forcestopped')
    const crlf = String.raw`['Traceback (most recent call last):\n', 'gears.error: ERR subcommand not found\r\n\n']`
    expect(errorTitle(readError(crlf))).toBe('gears.error: ERR subcommand not found')
  })

  it('reads errors that come without a traceback', () => {
    const report = readError("Error type: <class 'SyntaxError'>, Value: invalid syntax (<string>, line 3)")
    expect(report.type).toBe('SyntaxError')
    expect(report.frames).toEqual([{ file: '<string>', line: 3, function: '<module>' }])
    expect(readError('Execution max idle reached')).toEqual({
      text: 'Execution max idle reached',
      type: null,
      message: 'Execution max idle reached',
      frames: [],
      hiddenByProfiling: false,
    })
  })

  it('is that of the exception that the last one led from only where profiling raised the last', () => {
    const led = (cause: string, words: string, last: string) =>
      String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 2, in price\n', ${cause}, '\n${words}:\n\n', ${last}]`
    const BY = 'The above exception was the direct cause of the following exception'
    const DURING = 'During handling of the above exception, another exception occurred'
    const stop = String.raw`'Traceback (most recent call last):\n', '  File "<string>", line 304, in profileStop\n'`
    const hiding = [
      String.raw`${stop}, "SystemError: <method 'disable' of '_lsprof.Profiler' objects> returned a result with an error set\n"`,
      String.raw`${stop}, "AttributeError: 'Profile' object has no attribute 'disable'\n"`,
      String.raw`"SystemError: <built-in function isinstance> returned a result with an exception set\n"`,
    ]
    for (const last of hiding)
      for (const words of [BY, DURING]) {
        const report = readError(led(String.raw`"KeyError: 'currency'\n"`, words, last))
        expect(errorTitle(report)).toBe("KeyError: 'currency'")
        expect(errorSignature(report)).toBe('KeyError in price, line 2')
        expect(report.text).toMatch(/SystemError|AttributeError/)
      }
    // The function's own chain of exceptions ends with its last one.
    const own = String.raw`'Traceback (most recent call last):\n', '  File "<string>", line 5, in order\n', 'RuntimeError: no price\n'`
    expect(errorTitle(readError(led(String.raw`"KeyError: 'currency'\n"`, BY, own)))).toBe('RuntimeError: no price')
    const systemExit = String.raw`'Traceback (most recent call last):\n', '  File "<string>", line 5, in order\n', 'SystemError: own words\n'`
    expect(errorTitle(readError(led(String.raw`"KeyError: 'x'\n"`, BY, systemExit)))).toBe('SystemError: own words')
  })

  it('says that profiling hides it where the text holds no other exception', () => {
    // As 1.2.13 sent it for 1 / 0.
    const alone = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 304, in profileStop\n', "AttributeError: 'Profile' object has no attribute 'disable'\n"]`
    expect(readError(alone)).toMatchObject({ type: 'AttributeError', hiddenByProfiling: true })
    expect(errorTitle(readError(alone))).toBe(
      "Hidden by profiling (AttributeError: 'Profile' object has no attribute 'disable')",
    )
    const users = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 3, in f\n', "AttributeError: 'int' object has no attribute 'x'\n"]`
    expect(readError(users).hiddenByProfiling).toBe(false)
  })

  it('keeps a text that only looks like a list', () => {
    for (const raw of ['[1, 2]', "['unclosed]", "['a' 'b']", '[]x', '[', '', "('a', 'b')"])
      expect(readError(raw)).toMatchObject({ text: raw, type: null })
  })
})

describe('errorSignature', () => {
  it('is the same for other values at the same place', () => {
    const other = KEY_ERROR.replace('bad value 0', 'bad value 17')
    expect(errorSignature(readError(other))).toBe(errorSignature(readError(KEY_ERROR)))
    expect(errorSignature(readError(KEY_ERROR.replace('line 4', 'line 5')))).not.toBe(
      errorSignature(readError(KEY_ERROR)),
    )
  })
})

describe('frameInScript', () => {
  it('finds the failing line of the script', () => {
    const script = 'import json\n\ndef my_mapper(x):\n    raise ValueError(x)\n'
    expect(frameInScript(readError(KEY_ERROR), script)?.line).toBe(4)
  })

  it('does not take a frame of the builder for one of the script', () => {
    const long = `GB().register()\n${'# padding\n'.repeat(300)}`
    expect(frameInScript(readError(FROM_BUILDER), long)?.line).toBe(1)
    expect(frameInScript(readError(KEY_ERROR), 'x = 1\ny = 2\nz = 3\nw = 4\n')).toBeUndefined()
    expect(frameInScript(readError(KEY_ERROR), 'def my_mapper(x): pass')).toBeUndefined()
  })

  it('takes a lambda only where one stands', () => {
    const raised = readError(KEY_ERROR.replace('line 4, in my_mapper', 'line 1, in <lambda>'))
    expect(frameInScript(raised, 'GB().map(lambda x: 1 / 0).run()')?.line).toBe(1)
    expect(frameInScript(raised, 'GB().run()')).toBeUndefined()
  })
})
