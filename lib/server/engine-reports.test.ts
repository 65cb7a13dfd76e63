import { expect, test } from 'vitest'
import { engineStateOf } from './engine-reports'

test.each([
  [{ engine: { state: 'starting', at: 1 } }],
  [{ engine: { state: 'ready', at: 2 } }],
  [{ engine: { state: 'ended', at: 3, reason: 'exit code 1', waitMs: 500 } }],
])('npm start reports %j', (message) => {
  expect(engineStateOf(message)).toEqual(message.engine)
})

test.each([
  ['of Next', { nextWorkerOptions: {} }],
  ['without a time', { engine: { state: 'ready' } }],
  ['of an unknown state', { engine: { state: 'gone', at: 1 } }],
  ['without a reason', { engine: { state: 'ended', at: 1, waitMs: 5 } }],
  ['of no shape', 'ready'],
  ['of nothing', null],
])('a message %s is no report', (_, message) => {
  expect(engineStateOf(message)).toBeUndefined()
})
