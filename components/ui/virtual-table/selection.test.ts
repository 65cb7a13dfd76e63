import { expect, test } from 'vitest'
import { toggleSelection } from './selection'

const keys = ['a', 'b', 'c', 'd']

test('toggles one', () => {
  expect([...toggleSelection(new Set(), keys, 'b')]).toEqual(['b'])
  expect([...toggleSelection(new Set(['b', 'c']), keys, 'b')]).toEqual(['c'])
})

test('with an anchor, the whole range takes the new state, in either direction', () => {
  expect([...toggleSelection(new Set(['a']), keys, 'c', 'a')]).toEqual(['a', 'b', 'c'])
  expect([...toggleSelection(new Set(['d']), keys, 'b', 'd')].sort()).toEqual(['b', 'c', 'd'])
  expect([...toggleSelection(new Set(keys), keys, 'c', 'b')]).toEqual(['a', 'd'])
})

test('an anchor that is no longer there does not widen it', () => {
  expect([...toggleSelection(new Set(), keys, 'c', 'gone')]).toEqual(['c'])
})
