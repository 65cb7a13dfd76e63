import { expect, test } from 'vitest'
import { findResults } from './result-search'

test('a text is found in texts, numbers, nested lists and errors, each with its place', () => {
  const results = ['Order 17', 171, ['a', ['b', 'x17y']], { error: 'no 17' }, null, 'other']
  expect(findResults(results, '17').map(({ at }) => at)).toEqual([0, 1, 2, 3])
  expect(findResults(results, 'ORDER').map(({ at }) => at)).toEqual([0])
  expect(findResults(results, '')).toHaveLength(results.length)
  expect(findResults(results, 'nowhere')).toEqual([])
})
