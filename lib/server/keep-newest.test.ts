import { expect, test } from 'vitest'
import { keepNewest } from './keep-newest'

test.each([
  [3, ['a', 'b', 'c']],
  [2, ['b', 'c']],
  [1, ['c']],
  [0, []],
])('of three entries, %i are kept, in a Map and in a Set', (most, kept) => {
  const map = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ])
  const set = new Set(map.keys())
  keepNewest(map, most)
  keepNewest(set, most)
  expect([...map.keys()]).toEqual(kept)
  expect([...set]).toEqual(kept)
})

test('an entry that is deleted and set again is the newest', () => {
  const map = new Map([
    ['used', 1],
    ['unused', 2],
  ])
  map.delete('used')
  map.set('used', 1)
  keepNewest(map, 1)
  expect([...map.keys()]).toEqual(['used'])
})
