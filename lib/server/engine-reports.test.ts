import { expect, test } from 'vitest'
import { engineStateOf } from './engine-reports'

test.each([
  [
    { state: 'starting', forMs: 0 },
    { state: 'starting', at: 1000 },
  ],
  [
    { state: 'ready', forMs: 20 },
    { state: 'ready', at: 980 },
  ],
  [
    { state: 'ended', forMs: 300, reason: 'exit code 1', waitMs: 500 },
    { state: 'ended', at: 700, reason: 'exit code 1', waitMs: 500 },
  ],
])('npm start reports %j', (engine, state) => {
  expect(engineStateOf({ engine }, 1000)).toEqual(state)
})

test.each([
  ['of Next', { nextWorkerOptions: {} }],
  ['without a time', { engine: { state: 'ready' } }],
  ['of an unknown state', { engine: { state: 'gone', forMs: 1 } }],
  ['without a reason', { engine: { state: 'ended', forMs: 1, waitMs: 5 } }],
  ['with a negative span', { engine: { state: 'ready', forMs: -1 } }],
  ['of no shape', 'ready'],
  ['of nothing', null],
])('a message %s is no report', (_, message) => {
  expect(engineStateOf(message, 1000)).toBeUndefined()
})
