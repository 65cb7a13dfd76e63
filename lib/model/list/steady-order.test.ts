import { expect, test } from 'vitest'
import { inOrderOf } from './steady-order'

const ordered = (rows: string, shown: string) => inOrderOf([...rows], (row) => row, [...shown]).join('')

test.each([
  ['cab', 'abc', 'abc'],
  ['xcab', 'abc', 'abcx'],
  ['cyxa', 'abc', 'acyx'],
  ['cab', '', 'cab'],
  ['', 'abc', ''],
])('%s after %s is shown as %s', (rows, shown, expected) => expect(ordered(rows, shown)).toBe(expected))
