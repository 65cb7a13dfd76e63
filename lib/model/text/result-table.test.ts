import { describe, expect, it } from 'vitest'
import { resultTable, resultText } from './result-table'
import { visibleText } from './visible-text'

describe('resultTable', () => {
  it('makes columns of dicts as Python prints them, and of JSON', () => {
    expect(resultTable(["{'key': 'a', 'value': 3}", '{"key": "b", "value": true}', "{'key': 'c'}"])).toEqual({
      columns: [
        { name: 'key', numeric: false },
        { name: 'value', numeric: false },
      ],
      rows: [
        ['a', '3'],
        ['b', 'true'],
        ['c', null],
      ],
    })
    expect(resultTable(["{'n': 1}", "{'n': -2.5}"])?.columns).toEqual([{ name: 'n', numeric: true }])
    expect(resultTable(["{'v': {'a': ['x', None]}}"])?.rows).toEqual([['{"a": ["x", None]}']])
  })

  it('leaves anything else alone', () => {
    expect(resultTable(["{'a': 1}", 'plain'])).toBeUndefined()
    expect(resultTable([1, 2])).toBeUndefined()
    expect(resultTable(['{broken', '{}'])).toBeUndefined()
    expect(resultTable(['{}'])).toBeUndefined()
    expect(resultTable([])).toBeUndefined()
    const wide = `{${Array.from({ length: 13 }, (_, i) => `'c${i}': 1`).join(', ')}}`
    expect(resultTable([wide])).toBeUndefined()
  })
})

it('says every kind of result in one line', () => {
  expect(
    [null, 'x', 5, { error: 'no' }, { status: 'OK' }, { base64: 'AA==' }, ['a', [1, null]]].map(resultText),
  ).toEqual(['nil', 'x', '5', '-no', 'OK', '(bytes, base64) AA==', '[a, [1, nil]]'])
})

it('shows what would hide or reorder text', () => {
  expect(visibleText('a\x1b[31mred\x00\u202etxt\n\tb€')).toBe('a\\x1b[31mred\\x00\\u202etxt\n\tb€')
})
