import { expect, test } from 'vitest'
import { noneReason } from './none-reason'

const MIXED = 'None of these can be aborted.'
const reasonOf = (chosen: readonly (string | undefined)[]) => noneReason(chosen, (reason) => reason, MIXED)

test('one reason that all share is told, several are told as one', () => {
  expect(reasonOf(['It has ended.'])).toBe('It has ended.')
  expect(reasonOf(['It has ended.', 'It has ended.'])).toBe('It has ended.')
  expect(reasonOf(['It has ended.', 'It is not on the server.'])).toBe(MIXED)
  expect(reasonOf([])).toBe(MIXED)
})

test('nothing is said as soon as one of them can be acted on', () => {
  expect(reasonOf([undefined])).toBeUndefined()
  expect(reasonOf(['It has ended.', undefined])).toBeUndefined()
  expect(reasonOf([undefined, 'It has ended.', 'It is not on the server.'])).toBeUndefined()
})
