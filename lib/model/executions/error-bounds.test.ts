import { pythonText } from '@gearboard/gears/vocabulary/python-text'
import { cutMiddle } from '@gearboard/gears/vocabulary/text'
import { errorSignature, errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import { describe, expect, it } from 'vitest'
import { boundError, boundErrors, ERROR_CHARS, LEAST_ERROR_CHARS } from './error-bounds'

const frame = (line: number, name: string) => `  File "<string>", line ${line}, in ${name}\n`
const traceback = (frames: readonly string[], last: string) =>
  pythonText(['Traceback (most recent call last):\n', ...frames, last])

/** Each is far beyond the bound, in another place. */
const LONG = {
  'a long message': traceback([frame(4, 'parse')], `ValueError: ${'x'.repeat(40_000)}\n`),
  'a message of many lines': traceback([frame(4, 'parse')], `ValueError: first line\n${'and more\n'.repeat(9000)}`),
  'many frames': traceback(
    Array.from({ length: 2000 }, (_, i) => frame(i + 1, `step_${i}`)),
    "KeyError: 'currency'\n",
  ),
  'frames with long sources': traceback(
    [frame(1, 'a'), `  File "lib.py", line 9, in b\n    ${'y = 1; '.repeat(5000)}\n`, frame(7, 'c')],
    'OSError: no\n',
  ),
  'what is printed tenfold': traceback([frame(3, 'read')], `UnicodeError: ${'\u{e0001}'.repeat(20_000)}\n`),
  'an error that led to another': pythonText([
    'Traceback (most recent call last):\n',
    ...Array.from({ length: 1000 }, (_, i) => frame(i + 1, 'deep')),
    `ZeroDivisionError: ${'z'.repeat(20_000)}\n`,
    '\nThe above exception was the direct cause of the following exception:\n\n',
    'Traceback (most recent call last):\n',
    frame(12, 'outer'),
    'RuntimeError: outer failed\n',
  ]),
  'no traceback': `Error type: <class 'SyntaxError'>, Value: ${'('.repeat(30_000)} (<string>, line 3)`,
}

describe('an error that is too long', () => {
  it.each(Object.entries(LONG))('reads like the whole: %s', (_, whole) => {
    for (const most of [ERROR_CHARS, 4000, LEAST_ERROR_CHARS]) {
      const cut = boundError(whole, most)
      expect(cut.length).toBeLessThanOrEqual(most)
      const [long, short] = [readError(whole), readError(cut)]
      expect(short.type).toBe(long.type)
      expect(short.frames.at(-1)).toEqual(long.frames.at(-1))
      expect(errorSignature(short)).toBe(errorSignature(long))
      expect(errorTitle(short).slice(0, 20)).toBe(errorTitle(long).slice(0, 20))
      expect(short.text).toMatch(/… [\d,]+ (?:lines?|characters?) left out …/)
    }
  })

  it('keeps one that fits as it is, to the letter', () => {
    const fits = traceback([frame(4, 'parse')], "KeyError: 'x'\n").replace("', '", "',  '")
    expect(boundError(fits)).toBe(fits)
    expect(boundError('Execution max idle reached')).toBe('Execution max idle reached')
  })

  it('leaves surrogate pairs whole', () => {
    expect(cutMiddle('\u{1f600}'.repeat(1000), 101)).not.toMatch(
      /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/,
    )
  })
})

describe('errors that are too many', () => {
  it('are counted where they are left out, by number and by size', () => {
    const many = Array.from({ length: 250 }, (_, i) => `error ${i}`)
    expect(boundErrors(many, { count: 100, chars: 64_000, each: ERROR_CHARS })).toMatchObject({ leftOut: 150 })
    const large = Array.from({ length: 100 }, () => LONG['many frames'])
    const { errors, leftOut } = boundErrors(large, { count: 100, chars: 64_000, each: ERROR_CHARS })
    expect(errors.length + leftOut).toBe(100)
    expect(errors.join('').length).toBeLessThanOrEqual(64_000)
    for (const error of errors) expect(readError(error).type).toBe('KeyError')
  })

  it('keeps short ones to the last character of room', () => {
    expect(boundErrors(['abc', 'de', 'f'], { count: 9, chars: 5, each: 99 })).toEqual({
      errors: ['abc', 'de'],
      leftOut: 1,
    })
  })
})
