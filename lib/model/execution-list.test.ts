import { describe, expect, test } from 'vitest'
import type { Execution } from './execution'
import { rowKeyOf, withRemembered } from './execution-list'
import { execution as one } from './testing'

const execution = (key: string, changes: Partial<Execution> = {}) =>
  one({ key, id: key, firstSeen: 1000, lastSeen: 2000, endSeen: 2000, ...changes })

const record = (key: string, epoch: number, changes: Partial<Execution> = {}) => ({
  ...execution(key, { live: false, ...changes }),
  epoch,
})

describe('one list over held and remembered executions', () => {
  test('the record of one that is held is left out, that of another is not', () => {
    const list = withRemembered([execution('a')], [record('a', 1), record('b', 1)])
    expect(list.map(rowKeyOf)).toEqual(['a', 'b 1'])
  })

  test('what had the same id before a restart stays, under a key of its own', () => {
    const held = execution('a', { firstSeen: 9000, lastSeen: 9500 })
    const list = withRemembered([held], [record('a', 2, { firstSeen: 9000, lastSeen: 9000 }), record('a', 1)])
    expect(list.map(rowKeyOf)).toEqual(['a', 'a 1'])
  })

  test('on record as running and held by nobody: its outcome is unknown', () => {
    const list = withRemembered([], [record('a', 1, { outcome: 'running', status: 'running' }), record('b', 1)])
    expect(list.map(({ outcome }) => outcome)).toEqual(['unknown', 'ok'])
  })

  test('nothing on record: the very same list', () => {
    const held = [execution('a')]
    expect(withRemembered(held, [])).toBe(held)
  })
})
