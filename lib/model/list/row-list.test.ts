import { random } from '@gearboard/gears/testing/random'
import { describe, expect, test } from 'vitest'
import { Derived, filtered, listAsGiven, patched, rowList, stepped, stepsSince, without } from './row-list'
import { byKey, dice, edited, type TestRow as Row, row } from './testing'

const sum = {
  start: (rows: readonly Row[]) => rows.reduce((total, { value }) => total + value, 0),
  step: (total: number, { left, came }: { readonly left: readonly Row[]; readonly came: readonly Row[] }) =>
    total + came.reduce((more, { value }) => more + value, 0) - left.reduce((less, { value }) => less + value, 0),
}

describe('what is derived of a list', () => {
  test('by its steps, whatever versions are skipped, is what is derived from scratch', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const roll = dice(random(seed))
      const odd = filtered(({ value }: Row) => value % 2 === 1, byKey)
      const [found, total, totalOfFound] = [new Derived(odd), new Derived(sum), new Derived(sum)]
      let list = rowList(
        Array.from({ length: 100 }, (_, n) => row(2 * n, roll(10))),
        byKey,
      )
      for (let delta = 0; delta < 150; delta++) {
        list = edited(list, roll)
        // Now and then so many at once that they are not on record any more.
        if (roll(4) === 0) for (let more = roll(40); more > 0; more--) list = edited(list, roll)
        const expected = list.rows.filter(({ value }) => value % 2 === 1)
        expect(found.of(list).rows).toEqual(expected)
        expect(total.of(list)).toBe(sum.start(list.rows))
        expect(totalOfFound.of(found.of(list))).toBe(sum.start(expected))
      }
    }
  })

  test('a delta is looked at alone, and what it does not touch keeps its identity', () => {
    const seen: number[] = []
    const small = filtered(({ key, value }: Row) => {
      seen.push(key)
      return value < 5
    }, byKey)
    const derived = new Derived(small)
    const list = rowList(
      Array.from({ length: 1000 }, (_, n) => row(n, n % 10)),
      byKey,
    )
    const before = derived.of(list)
    seen.length = 0
    const [was, is] = [row(9, 9), row(9, 8)]
    const next = stepped(list, { left: [was], came: [is] }, patched(list.rows, { left: [was], came: [is] }, byKey))
    expect(derived.of(next)).toBe(before)
    expect(seen).toEqual([9, 9])
  })

  test('an earlier version, or another list, starts anew', () => {
    const derived = new Derived(sum)
    const first = rowList([row(1, 1)], byKey)
    const second = stepped(first, { left: [], came: [row(2, 2)] }, [row(1, 1), row(2, 2)])
    expect([derived.of(second), derived.of(first), derived.of(rowList([row(3, 7)], byKey))]).toEqual([3, 1, 7])
    expect(stepsSince(first, second.version)).toBeUndefined()
    expect(stepsSince(second, second.version)).toEqual([])
  })
})

test('rows are taken out by their places, and put in where they belong', () => {
  const rows = [row(1), row(3), row(5), row(7)]
  expect(without(rows, [0, 2, 3])).toEqual([row(3)])
  expect(without(rows, [])).toBe(rows)
  expect(patched(rows, { left: [row(7), row(3)], came: [row(9), row(3, 1), row(0)] }, byKey)).toEqual([
    row(0),
    row(1),
    row(3, 1),
    row(5),
    row(9),
  ])
  expect(patched([], { left: [], came: [row(1)] }, byKey)).toEqual([row(1)])
})

test('a restarted server loses any number of rows at once', () => {
  const rows = Array.from({ length: 400_000 }, (_, key) => row(key))
  const odd = rows.flatMap(({ key }) => (key % 2 === 1 ? [key] : []))
  const left = without(rows, odd)
  expect(left.length).toBe(200_000)
  expect(left.every(({ key }) => key % 2 === 0)).toBe(true)
})

test('rows as they are given are in order, whatever they hold', () => {
  const { rows, order } = listAsGiven([row(5), row(1), row(5), row(3)])
  expect(rows.toReversed().sort(order)).toEqual(rows)
})
