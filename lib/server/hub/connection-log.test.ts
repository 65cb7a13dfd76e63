import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import { describe, expect, test } from 'vitest'
import type { ConnectionState } from '@/lib/model/connection/connection'
import { ConnectionLog } from './connection-log'

const whole = { answered: 3, of: 3 }
const state = (status: ConnectionState['status'], error?: ErrorBody, coverage = whole) => ({
  name: 'default',
  address: 'redis://127.0.0.1:7000',
  status,
  coverage,
  ...(error && { error }),
})
const REFUSED: ErrorBody = { code: 'unreachable', message: 'connect ECONNREFUSED 127.0.0.1:7000' }
const LOADING: ErrorBody = { code: 'rejected', message: 'LOADING', refusal: 'loading', address: '127.0.0.1:7000' }

const MINUTE = 60_000

describe('a connection that is lost and comes back', () => {
  test('is two lines, the second with how long it was gone', () => {
    const log = new ConnectionLog()
    expect(log.observe(state('connecting'), 0)).toBeUndefined()
    expect(log.observe(state('live'), 1)).toMatchObject({ level: 'info', message: 'connected' })
    for (const now of [2, 3, 4]) expect(log.observe(state('live'), now)).toBeUndefined()
    expect(log.observe(state('unreachable', REFUSED), 1000)).toEqual({
      level: 'warn',
      message: 'the connection is lost: nothing answers',
      fields: {
        connection: 'default',
        status: 'unreachable',
        server: 'redis://127.0.0.1:7000',
        words: 'connect ECONNREFUSED 127.0.0.1:7000',
      },
    })
    const other = { ...REFUSED, message: 'the server closed the connection' }
    expect(log.observe(state('unreachable', other), 5000)).toBeUndefined()
    expect(log.observe(state('live'), 13_000)).toEqual({
      level: 'info',
      message: 'the connection is back after 12 s',
      fields: { connection: 'default', status: 'live', goneMs: 12_000 },
    })
  })

  test('tells each reason once on its way, and counts from the first', () => {
    const log = new ConnectionLog()
    log.observe(state('live'), 0)
    const lines = [
      log.observe(state('unreachable', REFUSED), 1000),
      log.observe(state('refused', LOADING), 2000),
      log.observe(state('refused', LOADING), 3000),
      log.observe(state('live'), 4000),
    ]
    expect(lines.map((line) => line?.message)).toEqual([
      'the connection is lost: nothing answers',
      'the connection is lost: the server is loading its data',
      undefined,
      'the connection is back after 3 s',
    ])
  })

  test('that was never there is connected after so long', () => {
    const log = new ConnectionLog()
    expect(log.observe(state('refused', LOADING), 0)?.message).toBe('the server is loading its data')
    expect(log.observe(state('live'), 2000)?.message).toBe('connected after 2 s')
  })

  test('in part is told with how many shards answer', () => {
    const log = new ConnectionLog()
    log.observe(state('live'), 0)
    expect(log.observe(state('partial', undefined, { answered: 2, of: 3 }), 10)).toMatchObject({
      level: 'warn',
      message: '2 of 3 shards answer',
    })
    expect(log.observe(state('live'), 5010)?.message).toBe('the connection is back after 5 s')
  })
})

test('a connection that comes and goes all the time is a few lines, and a count of the others', () => {
  const log = new ConnectionLog()
  const lines: (string | number | undefined)[] = []
  let now = 0
  for (let turn = 0; turn < 1000; turn++) {
    now += 250
    const line = log.observe(turn % 2 === 0 ? state('live') : state('unreachable', REFUSED), now)
    if (line) lines.push(line.message)
  }
  expect(lines).toHaveLength(6)
  // After the rest, one line reports the current state and what happened meanwhile.
  expect(log.observe(state('live'), now + MINUTE)).toBeUndefined()
  const last = log.observe(state('live'), now + 11 * MINUTE)
  expect(last?.message).toMatch(/^the connection is back after /)
  expect(last?.fields.changesNotLogged).toBeGreaterThan(900)
  expect(log.observe(state('live'), now + 12 * MINUTE)).toBeUndefined()
})
