import { expect, test } from 'vitest'
import { groupRuns } from './group-runs'

const rows = ['b1', 'a1', 'b2', 'a2', 'c1']
const nameOf = (row: string): string => row.charAt(0)

test('each run of a group begins at the place of its first row', () => {
  expect([...groupRuns(['a1', 'a2', 'b1', 'a3'], nameOf)]).toEqual([
    [0, { name: 'a', rows: ['a1', 'a2'] }],
    [2, { name: 'b', rows: ['b1'] }],
    [3, { name: 'a', rows: ['a3'] }],
  ])
  expect(groupRuns(rows, undefined).size).toBe(0)
})
