import { expect, test } from 'vitest'
import { alignRows, NEW } from './align-rows'

interface Row {
  readonly key: string
}
const row = (key: string): Row => ({ key })
const keyOf = ({ key }: Row): string => key
const align = (previous: readonly Row[], next: readonly Row[]) => [...alignRows(previous, next, keyOf)]
const [a, b, c, d] = [row('a'), row('b'), row('c'), row('d')]

test('a row that is the same object has its old place; a changed or new one has none', () => {
  expect(align([a, b, c], [a, row('b'), c, d])).toEqual([0, NEW, 2, NEW])
})

test('rows that went, and rows that came in between, shift the others', () => {
  expect(align([a, b, c, d], [b, d])).toEqual([1, 3])
  expect(align([b, d], [a, b, c, d])).toEqual([NEW, 0, NEW, 1])
  expect(align([a, b, c], [row('b'), c])).toEqual([NEW, 2])
})

test('one that another took the place of, and lists with nothing in common', () => {
  expect(align([a, b, c], [a, d, c])).toEqual([0, NEW, 2])
  expect(align([a, b], [c, d])).toEqual([NEW, NEW])
  expect(align([], [a])).toEqual([NEW])
  expect(align([a], [])).toEqual([])
})

test('places rise even where rows changed their order', () => {
  const places = align([a, b, c, d], [d, c, b, a]).filter((place) => place !== NEW)
  expect(places).toEqual([...places].sort())
})
