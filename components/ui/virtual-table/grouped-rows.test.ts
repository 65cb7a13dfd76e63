import { expect, test } from 'vitest'
import { groupedRows, groupRuns } from './grouped-rows'

const rows = ['b1', 'a1', 'b2', 'a2', 'c1']
const nameOf = (row: string): string => row.charAt(0)

test('rows of a group stand together, in the order that they came in', () => {
  expect(groupedRows(rows, nameOf)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1'])
  expect(groupedRows(rows, undefined)).toBe(rows)
})

test('each run of a group begins at the place of its first row', () => {
  expect([...groupRuns(['a1', 'a2', 'b1', 'a3'], nameOf)]).toEqual([
    [0, { name: 'a', rows: ['a1', 'a2'] }],
    [2, { name: 'b', rows: ['b1'] }],
    [3, { name: 'a', rows: ['a3'] }],
  ])
  expect(groupRuns(rows, undefined).size).toBe(0)
})
