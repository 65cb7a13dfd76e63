import { describe, expect, it } from 'vitest'
import { parsePythonLiteral } from './python-literal'

describe('parsePythonLiteral', () => {
  it.each([
    [`'it\\'s'`, "it's"],
    [String.raw`"a \"b\"\t\\n\x00\u20ac\U0001f600\q"`, 'a "b"\t\\n\0€😀\\q'],
    [String.raw`'\Uffffffff'`, '\ufffd'],
    ['-5', -5],
    ['3.25', 3.25],
    ['1e-07', 1e-7],
    ['None', null],
    ['True', true],
    ['12345678901234567890', '12345678901234567890'],
    [String.raw`b'\x00\''`, String.raw`b'\x00\''`],
    ['[]', []],
    ["['a', 1, [None]]", ['a', 1, [null]]],
    ["('a',)", ['a']],
    ["{'a', 'b'}", ['a', 'b']],
    ['{}', { dict: [] }],
    [
      "{'key': 'order:1', 'value': {'total': '12.00', 3: False}}",
      {
        dict: [
          ['key', 'order:1'],
          [
            'value',
            {
              dict: [
                ['total', '12.00'],
                [3, false],
              ],
            },
          ],
        ],
      },
    ],
  ])('%s', (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value)
  })

  it.each([
    '',
    'word',
    "'open",
    '[1, 2',
    '[1 2]',
    "{'a': }",
    "{'a' 'b'}",
    '<function f at 0x7f>',
    '1 2',
    "'a'b",
    '--1',
    'nan',
  ])('%s is none', (text) => {
    expect(parsePythonLiteral(text)).toBeUndefined()
  })

  it('gives up on what is nested without end, and reads what is long', () => {
    expect(parsePythonLiteral('['.repeat(100_000))).toBeUndefined()
    const long = `[${"'ab\\n', ".repeat(100_000)}]`
    expect(parsePythonLiteral(long)).toHaveLength(100_000)
  })
})
