import { random } from '@gearboard/gears/testing/random'
import { expect, test } from 'vitest'
import { Derived, listAsGiven, rowList, stepped } from './row-list'
import { type SortValue, sorted } from './sorted'
import { byKey, dice, edited, row, type TestRow } from './testing'

interface Named {
  readonly name: string
  readonly n: number | null
}
const rows: readonly Named[] = [
  { name: 'b', n: 10 },
  { name: 'a', n: null },
  { name: 'd', n: 9 },
  { name: 'c', n: 10 },
]
const list = listAsGiven(rows)
const names = (id: 'name' | 'n', desc: boolean) =>
  sorted({ read: (each: Named) => each[id], desc, groupOf: undefined }, list.order)
    .start(list.rows)
    .rows.map(({ name }) => name)
    .join('')

test('numbers sort as numbers, equal ones follow the direction, unknown ones stand last in either direction', () => {
  expect(names('n', false)).toBe('dbca')
  expect(names('n', true)).toBe('cbda')
})

test('words sort by letter', () => {
  expect(names('name', false)).toBe('abcd')
  expect(names('name', true)).toBe('dcba')
})

test('rows of a group stand together, groups by name, sorted or in the order that they came in', () => {
  const given = listAsGiven(['b1', 'a1', 'b2', 'a2', 'c1'].map((word) => ({ word })))
  const grouped = (read: ((each: { word: string }) => SortValue) | undefined, desc: boolean) =>
    sorted({ read, desc, groupOf: ({ word }) => word.charAt(0) }, given.order)
      .start(given.rows)
      .rows.map(({ word }) => word)
  expect(grouped(undefined, false)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1'])
  expect(grouped(undefined, true)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1'])
  expect(grouped(({ word }) => word, true)).toEqual(['a2', 'a1', 'b2', 'b1', 'c1'])
})

test('groups whose names are equal to a reader do not mix', () => {
  // The same letter, composed and decomposed.
  const given = listAsGiven(['\u00e9', 'e\u0301', '\u00e9', 'e\u0301'].map((name, n) => ({ name, n })))
  const { rows } = sorted({ read: undefined, desc: false, groupOf: ({ name }) => name }, given.order).start(given.rows)
  expect(rows.map(({ n }) => n % 2)).toEqual([1, 1, 0, 0])
})

test('what each delta makes of the order is what sorting from scratch makes', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const roll = dice(random(seed))
    const by = {
      read: ({ value }: TestRow): SortValue => (value % 4 === 0 ? null : value % 3),
      desc: seed % 2 === 0,
      groupOf: seed % 3 === 0 ? ({ key }: TestRow) => `group ${key % 3}` : undefined,
    }
    const derived = new Derived(sorted(by, byKey))
    let live = rowList(
      Array.from({ length: 100 }, (_, n) => row(2 * n, roll(10))),
      byKey,
    )
    for (let delta = 0; delta < 100; delta++) {
      live = edited(live, roll)
      const found = derived.of(live)
      expect(found.rows).toEqual(sorted(by, byKey).start(live.rows).rows)
      expect(found.rows.toSorted(found.order)).toEqual(found.rows)
    }
  }
})

test('a delta reads the values that its search meets, not those of all rows', () => {
  let reads = 0
  const read = ({ value }: TestRow): number => {
    reads++
    return value
  }
  const derived = new Derived(sorted({ read, desc: true, groupOf: undefined }, byKey))
  const before = rowList(
    Array.from({ length: 5000 }, (_, n) => row(n, n % 100)),
    byKey,
  )
  derived.of(before)
  expect(reads).toBe(5000)
  reads = 0
  const came = row(5000, 50)
  derived.of(stepped(before, { left: [], came: [came] }, [...before.rows, came]))
  expect(reads).toBeGreaterThan(0)
  expect(reads).toBeLessThan(50)
})
