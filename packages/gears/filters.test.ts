import { expect, it } from 'vitest'
import { matchesExecution, matchesRegistration } from './filters'
import { ZERO_COUNTERS } from './vocabulary/registration'

it('executions by status and origin', () => {
  const entry = { id: 'x', status: 'running', registered: true } as const
  expect(matchesExecution({})(entry)).toBe(true)
  expect(matchesExecution({ status: 'running', registered: true })(entry)).toBe(true)
  expect(matchesExecution({ status: ['done', 'running'] })(entry)).toBe(true)
  expect(matchesExecution({ status: 'done' })(entry)).toBe(false)
  expect(matchesExecution({ registered: false })(entry)).toBe(false)
})

it('registrations by what they are', () => {
  const registration = {
    id: 'x',
    description: 'my orders',
    mode: 'async',
    counters: ZERO_COUNTERS,
    durations: null,
    lastError: null,
    privateData: null,
    threadPool: null,
    reader: 'CommandReader',
    args: { trigger: 'order', inOrder: null },
  } as const
  const matches = (filter: Parameters<typeof matchesRegistration>[0]) => matchesRegistration(filter)(registration)
  expect(matches({})).toBe(true)
  expect(matches({ reader: 'CommandReader', mode: 'async', trigger: 'order', description: /ORDERS$/i })).toBe(true)
  const everywhere = /o/g
  expect([matches({ description: everywhere }), matches({ description: everywhere })]).toEqual([true, true])
  expect(matches({ description: 'my' })).toBe(false)
  expect(matches({ prefix: 'order' })).toBe(false)
  expect(matches({ reader: 'StreamReader' })).toBe(false)
  expect(matchesRegistration({ description: /x/ })({ ...registration, description: null })).toBe(false)
})
