import { expect, test } from 'vitest'
import { actionWords } from './audit-words'

test('an action of another version of Gearboard keeps its name', () => {
  expect(actionWords('unregister')).toBe('Unregister')
  expect(actionWords('toString')).toBe('toString')
})
