import { describe, expect, it } from 'vitest'
import { inlineText, replyText, rowsOf, treeOf } from './result-tree'

const text = (value: string) => ({ kind: 'text', text: value })
const number = (value: string) => ({ kind: 'number', text: value })

describe('treeOf', () => {
  it('opens what convertToStr made of a dict, in Python or JSON', () => {
    expect(treeOf("{'key': 'it\\'s', 'value': -3}")).toEqual({
      kind: 'map',
      entries: [
        ['key', text("it's")],
        ['value', number('-3')],
      ],
    })
    expect(treeOf("('a', 1)")).toEqual({ kind: 'list', items: [text('a'), number('1')] })
    expect(treeOf("('a',)")).toEqual({ kind: 'list', items: [text('a')] })
    expect(inlineText(treeOf('{"a": [1.5, null, true], "b": {}}'))).toBe('{a: [1.5, null, true], b: {}}')
    expect(treeOf("{1, 'x'}")).toEqual({ kind: 'list', items: [number('1'), text('x')] })
  })
  it.each(['', 'plain', '5', '[1, 2', "{'a': <function f at 0x7f>}", '[1] tail', '{1: 2, 3}', "[''''']"])(
    'leaves %j as it is',
    (value) => {
      expect(treeOf(value)).toEqual(text(value))
    },
  )
  it('does not follow nesting without end', () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000)
    expect(treeOf(deep)).toEqual(text(deep))
  })
  it('marks what is no text, and gives text that was sent as an error its dash back', () => {
    expect([null, 7, { error: 'no' }, { base64: '/wBh' }].map(treeOf)).toEqual([
      { kind: 'nil', text: 'nil' },
      number('7'),
      { kind: 'text', text: '-no' },
      { kind: 'bytes', text: '\\xff\\x00a' },
    ])
  })
})

describe('rowsOf', () => {
  it('has a column for each key, a numbered one for each position, or one for anything else', () => {
    expect(rowsOf(["{'key': 'a', 'value': 1}"])).toEqual({
      columns: [
        { name: 'key', numeric: false },
        { name: 'value', numeric: true },
      ],
      rows: [['a', '1']],
    })
    expect(rowsOf([[1, 'x'], [3]])).toEqual({
      columns: [
        { name: '1', numeric: true },
        { name: '2', numeric: false },
      ],
      rows: [
        ['1', 'x'],
        ['3', null],
      ],
    })
    expect(rowsOf(['a', [3]])).toMatchObject({ columns: [{ name: 'value' }], rows: [['a'], ['[3]']] })
    expect(rowsOf([])).toMatchObject({ rows: [] })
  })
})

describe('replyText', () => {
  it('is what redis-cli prints', () => {
    expect(replyText(['a"b', 1, null, [], ['x', ['y']], { error: 'ERR no' }, { base64: '/yI=' }])).toBe(
      [
        '1) "a\\"b"',
        '2) (integer) 1',
        '3) (nil)',
        '4) (empty array)',
        '5) 1) "x"',
        '   2) 1) "y"',
        '6) (error) ERR no',
        '7) "\\xff\\""',
      ].join('\n'),
    )
  })
})
