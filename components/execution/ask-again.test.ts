import { expect, test } from 'vitest'
import { askAgainMs } from './ask-again'

const ROW = { live: true, outcome: 'ok', origin: { kind: 'unknown' } } as const
const ENDED = { ...ROW, silent: [], withheld: null } as const

test('an execution that ended, and of which all is told, is not asked for again', () => {
  expect(askAgainMs(ENDED, ROW)).toBe(false)
  expect(askAgainMs({ ...ENDED, withheld: { why: 'unproven' } }, ROW)).toBe(false)
  expect(askAgainMs({ ...ENDED, withheld: { why: 'unreadable', message: 'too deep' } }, ROW)).toBe(false)
  expect(askAgainMs(ENDED, undefined)).toBe(false)
})

test('one that runs, or of which nobody knows yet how it ended, is', () => {
  expect(askAgainMs({ ...ENDED, outcome: 'running', withheld: { why: 'unfinished' } }, ROW)).toBeGreaterThan(0)
  expect(askAgainMs({ ...ENDED, outcome: 'unknown' }, ROW)).toBeGreaterThan(0)
})

test('one is as long as a shard withholds its part, or its results', () => {
  expect(askAgainMs({ ...ENDED, silent: [{ shard: 'a', reason: 'no answer within 5000 ms' }] }, ROW)).toBeGreaterThan(0)
  expect(askAgainMs({ ...ENDED, withheld: { why: 'unanswered', message: 'no answer' } }, ROW)).toBeGreaterThan(0)
})

test('one that the list tells otherwise of is, until both say the same', () => {
  expect(askAgainMs(ENDED, { ...ROW, live: false })).toBeGreaterThan(0)
  expect(askAgainMs(ENDED, { ...ROW, origin: { kind: 'submission', name: 'a', sourceId: 's1' } })).toBeGreaterThan(0)
})

test('one that no server holds any more has nothing more to tell', () => {
  expect(askAgainMs({ ...ENDED, live: false, outcome: 'unknown', withheld: { why: 'gone' } }, ROW)).toBe(false)
})
