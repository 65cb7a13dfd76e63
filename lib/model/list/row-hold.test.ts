import { random } from '@gearboard/gears/testing/random'
import { describe, expect, test } from 'vitest'
import { RowHold } from './row-hold'
import { Derived, filtered, type RowList, rowList } from './row-list'
import { sorted } from './sorted'
import { byKey, dice, edited, row, type TestRow, withChanges } from './testing'

const keyOf = ({ key }: TestRow): string => String(key)
const listOf = (...rows: TestRow[]): RowList<TestRow> => rowList(rows, byKey)
const change = (list: RowList<TestRow>, ...rows: (TestRow | number)[]): RowList<TestRow> =>
  withChanges(list, new Map(rows.map((each) => (typeof each === 'number' ? [each, undefined] : [each.key, each]))))
/** Newest first, as a list of executions is shown. */
const newestFirst = () =>
  new Derived(sorted<TestRow>({ read: ({ key }) => key, desc: true, groupOf: undefined }, byKey))
const byValue = () =>
  new Derived(sorted<TestRow>({ read: ({ value }) => value, desc: false, groupOf: undefined }, byKey))

function holding(list: RowList<TestRow>, order: Derived<TestRow, RowList<TestRow>>) {
  const hold = new RowHold(order.of(list), list, keyOf)
  return (next: RowList<TestRow>) => hold.of(order.of(next), next)
}

describe('rows that hold', () => {
  test('keep their places and show their newest state; those that sort before or between them wait', () => {
    const list = listOf(row(1), row(3), row(5))
    const of = holding(list, newestFirst())
    const held = of(change(list, row(9), row(4), row(3, 7)))
    expect(held.rows).toEqual([row(5), row(3, 7), row(1)])
    expect(held.waiting).toBe(2)
  })

  test('a row whose value would move it elsewhere stays', () => {
    const list = listOf(row(1, 1), row(2, 2), row(3, 3))
    const of = holding(list, byValue())
    expect(of(change(list, row(1, 9))).rows).toEqual([row(1, 9), row(2, 2), row(3, 3)])
  })

  test('one that left stays as it was last, is told apart, and has its place when it is back', () => {
    const list = listOf(row(1), row(2), row(3))
    const of = holding(list, newestFirst())
    const changed = change(list, row(2, 5))
    of(changed)
    const without = change(changed, 2)
    expect(of(without)).toMatchObject({ rows: [row(3), row(2, 5), row(1)], gone: new Set(['2']), waiting: 0 })
    const again = of(change(without, row(2, 6)))
    expect(again).toMatchObject({ rows: [row(3), row(2, 6), row(1)], gone: new Set(), waiting: 0 })
  })

  test('those behind the last one join, also where the last one left or would sort elsewhere', () => {
    const list = listOf(row(5, 5), row(6, 6))
    const of = holding(list, byValue())
    const longer = change(list, row(7, 7), row(1, 1))
    expect(of(longer)).toMatchObject({ rows: [row(5, 5), row(6, 6), row(7, 7)], waiting: 1 })
    const moved = change(longer, row(7, 0), row(8, 8))
    expect(of(moved)).toMatchObject({ rows: [row(5, 5), row(6, 6), row(7, 0), row(8, 8)], waiting: 1 })
    const shorter = change(moved, 8, row(9, 9))
    expect(of(shorter).rows).toEqual([row(5, 5), row(6, 6), row(7, 0), row(8, 8), row(9, 9)])
    expect(of(shorter).gone).toEqual(new Set(['8']))
  })

  test('an empty list holds nothing back', () => {
    const of = holding(listOf(), newestFirst())
    expect(of(listOf(row(1), row(2)))).toMatchObject({ rows: [row(2), row(1)], waiting: 0 })
  })

  test('one that the filter no longer finds shows its newest state', () => {
    const list = listOf(row(1, 1), row(2, 1), row(3, 0))
    const running = new Derived(filtered(({ value }: TestRow) => value === 1, byKey))
    const hold = new RowHold(running.of(list), list, keyOf)
    const ended = change(list, row(2, 4))
    expect(hold.of(running.of(ended), ended)).toMatchObject({
      rows: [row(1, 1), row(2, 4)],
      unmatched: new Set(['2']),
      gone: new Set(),
      waiting: 0,
    })
    const left = change(ended, 2, row(3, 1))
    expect(hold.of(running.of(left), left)).toMatchObject({
      rows: [row(1, 1), row(2, 4), row(3, 1)],
      unmatched: new Set(),
      gone: new Set(['2']),
    })
  })

  test('a list that was sent anew keeps the places, and the last state of what is no longer in it', () => {
    const list = listOf(row(1), row(2), row(3))
    const of = holding(list, newestFirst())
    of(change(list, row(1, 8)))
    const anew = listOf(row(2, 4), row(3), row(7))
    expect(of(anew)).toMatchObject({ rows: [row(3), row(2, 4), row(1, 8)], gone: new Set(['1']), waiting: 1 })
    expect(of(change(anew, 2, row(1, 9)))).toMatchObject({ rows: [row(3), row(2, 4), row(1, 9)], gone: new Set(['2']) })
  })
})

test('whatever happens, every held row has its place and its newest state, and what is not shown is counted', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const roll = dice(random(seed))
    const matches = ({ value }: TestRow): boolean => seed % 2 === 0 || value < 7
    const matching = new Derived(filtered(matches, byKey))
    const order = seed % 3 === 0 ? newestFirst() : byValue()
    let list = listOf(...Array.from({ length: 60 }, (_, n) => row(3 * n, roll(10))))
    const hold = new RowHold(order.of(matching.of(list)), list, keyOf)
    let before = order.of(matching.of(list)).rows.map(keyOf)
    for (let delta = 0; delta < 120; delta++) {
      // Now and then the list is replaced, or versions are skipped.
      if (roll(20) === 0) list = listOf(...list.rows)
      if (roll(5) === 0) for (let more = roll(30); more > 0; more--) list = edited(list, roll)
      list = edited(list, roll)
      const found = order.of(matching.of(list))
      const { rows, gone, unmatched, waiting } = hold.of(found, list)
      const keys = rows.map(keyOf)
      expect(keys.slice(0, before.length)).toEqual(before)
      expect(new Set(keys).size).toBe(keys.length)
      before = keys
      const now = new Map(list.rows.map((each) => [keyOf(each), each]))
      expect(gone).toEqual(new Set(keys.filter((key) => !now.has(key))))
      const there = rows.filter((each) => !gone.has(keyOf(each)))
      expect(there).toEqual(there.map((each) => now.get(keyOf(each))))
      expect(unmatched).toEqual(new Set(there.filter((each) => !matches(each)).map(keyOf)))
      const shown = new Set(keys)
      expect(waiting).toBe(found.rows.filter((each) => !shown.has(keyOf(each))).length)
    }
  }
})
