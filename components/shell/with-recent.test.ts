import { expect, test } from 'vitest'
import { withRecent } from './with-recent'

test('the newest is first, each is there once, and there are at most eight', () => {
  expect(withRecent([], 'memory')).toEqual(['memory'])
  expect(withRecent(['memory', 'cluster', 'config'], 'cluster')).toEqual(['cluster', 'memory', 'config'])
  const many = Array.from({ length: 8 }, (_, n) => `executions/${n}`)
  expect(withRecent(many, 'memory')).toEqual(['memory', ...many.slice(0, 7)])
})

test('no page and a path of any length are not kept', () => {
  expect(withRecent(['memory'], '')).toEqual(['memory'])
  expect(withRecent(['memory'], `executions/${'x'.repeat(400)}`)).toEqual(['memory'])
})
