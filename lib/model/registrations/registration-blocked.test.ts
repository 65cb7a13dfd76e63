import type { StreamStatus } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, it } from 'vitest'
import { clearStatisticsBlocked, registrationBlocked } from './registration-blocked'

it('unregisters only what some shard answers for', () => {
  expect(registrationBlocked.unregister({ coverage: { answered: 2, of: 3 } })).toBeUndefined()
  expect(registrationBlocked.unregister({ coverage: { answered: 0, of: 3 } })).toBe('No shard answers.')
})

const SERVER = { generation: '1.2', unavailable: [] } as const
const OLD = { generation: '1.0', unavailable: [] } as const
const DENIED = {
  generation: '1.2',
  unavailable: ['RG.PAUSEREGISTRATIONS', 'RG.CLEARREGISTRATIONSSTATS'].map((command) => ({
    command,
    reason: 'NOPERM this user may not',
  })),
} as const

const stream = (...statuses: readonly (StreamStatus | null)[]) => ({
  reader: 'StreamReader' as const,
  coverage: { answered: statuses.length, of: statuses.length },
  perShard: statuses.map((status, i) => ({ shard: 'abc'.charAt(i).repeat(40), status })),
})

describe('pausing and resuming', () => {
  it('is for stream readers on a server that can, with the reason where it is not', () => {
    const { pause, resume } = registrationBlocked
    expect(pause(stream('OK', 'OK'), SERVER)).toBeUndefined()
    expect(pause(stream('OK'), null)).toBeUndefined()
    expect(pause(stream('WAITING_FOR_RETRY_ON_FAILURE'), SERVER)).toBeUndefined()
    expect(pause({ ...stream('OK'), reader: 'KeysReader' }, SERVER)).toBe(
      'Only stream readers can be paused; this is a KeysReader.',
    )
    expect(pause(stream(null), OLD)).toContain('RedisGears 1.0 has no RG.PAUSEREGISTRATIONS')
    expect(pause(stream('OK'), DENIED)).toContain('NOPERM')
    expect(pause(stream('PAUSED', 'PAUSED'), SERVER)).toBe('It is already paused.')
    expect(pause(stream('ABORTED', 'PAUSED'), SERVER)).toContain('It has stopped after an error')
    expect(pause({ ...stream('OK'), coverage: { answered: 0, of: 1 } }, SERVER)).toBe('No shard answers.')
    expect(resume(stream('PAUSED', 'ABORTED'), SERVER)).toBeUndefined()
    expect(resume(stream(null), SERVER)).toContain('The server does not report whether it is paused')
  })

  it('never resumes what runs on some shard: it would process there without acknowledging', () => {
    expect(registrationBlocked.resume(stream('OK', 'OK'), SERVER)).toBe('It is not paused.')
    expect(registrationBlocked.resume(stream('PAUSED', 'OK', 'PAUSED'), SERVER)).toContain(
      'It is still reading on bbbb',
    )
    expect(registrationBlocked.resume(stream('PAUSED', 'WAITING_FOR_RETRY_ON_FAILURE'), SERVER)).toContain('bbbb')
    // Pausing it everywhere is the way out.
    expect(registrationBlocked.pause(stream('PAUSED', 'OK'), SERVER)).toBeUndefined()
  })
})

it('clears statistics where there are some and the server can', () => {
  expect(clearStatisticsBlocked([1], SERVER)).toBeUndefined()
  expect(clearStatisticsBlocked([], SERVER)).toBe('No registrations yet.')
  expect(clearStatisticsBlocked([1], OLD)).toContain('RedisGears 1.0')
  expect(clearStatisticsBlocked([1], DENIED)).toContain('NOPERM')
})
