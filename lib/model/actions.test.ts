import type { ExecutionStatus, Outcome } from '@gearboard/gears/vocabulary/execution'
import type { StreamStatus } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, it } from 'vitest'
import { clearStatisticsBlocked, executionBlocked, keyShardBlocks, registrationBlocked, silenceBlocks } from './actions'

const execution = (status: ExecutionStatus, outcome: Outcome, live = true) => ({ status, outcome, live })

describe('executionBlocked', () => {
  it('aborts only what is not over', () => {
    expect(executionBlocked.abort(execution('running', 'running'))).toBeUndefined()
    expect(executionBlocked.abort(execution('pending_run', 'waiting'))).toBeUndefined()
    expect(executionBlocked.abort(execution('done', 'running'))).toBeUndefined()
    expect(executionBlocked.abort(execution('done', 'failed'))).toContain('failed')
    expect(executionBlocked.abort(execution('done', 'unknown'))).toContain('finished')
    expect(executionBlocked.abort(execution('running', 'unknown', false))).toContain('No shard')
  })

  it('drops only what is over and still held', () => {
    expect(executionBlocked.drop(execution('done', 'ok'))).toBeUndefined()
    expect(executionBlocked.drop(execution('done', 'unknown'))).toBeUndefined()
    expect(executionBlocked.drop(execution('aborted', 'aborted'))).toBeUndefined()
    expect(executionBlocked.drop(execution('running', 'running'))).toContain('abort it first')
    // The initiator is done while another shard still runs: the module refuses that drop only where it runs.
    expect(executionBlocked.drop(execution('pending_cluster', 'running'))).toContain('abort it first')
    expect(executionBlocked.drop(execution('done', 'running'))).toContain('A shard still works on it')
    expect(executionBlocked.drop(execution('done', 'ok', false))).toContain('remembers')
  })
})

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
    expect(pause(stream('PAUSED', 'PAUSED'), SERVER)).toBe('It is paused already.')
    expect(pause(stream('ABORTED', 'PAUSED'), SERVER)).toContain('nothing to pause')
    expect(pause({ ...stream('OK'), coverage: { answered: 0, of: 1 } }, SERVER)).toBe('No shard answers.')
    expect(resume(stream('PAUSED', 'ABORTED'), SERVER)).toBeUndefined()
    expect(resume(stream(null), SERVER)).toContain('does not say')
  })

  it('never resumes what runs on some shard: it would process there without acknowledging', () => {
    expect(registrationBlocked.resume(stream('OK', 'OK'), SERVER)).toBe('It is not paused.')
    expect(registrationBlocked.resume(stream('PAUSED', 'OK', 'PAUSED'), SERVER)).toContain('It still goes on bbbb')
    expect(registrationBlocked.resume(stream('PAUSED', 'WAITING_FOR_RETRY_ON_FAILURE'), SERVER)).toContain('bbbb')
    // Pausing it everywhere is the way out.
    expect(registrationBlocked.pause(stream('PAUSED', 'OK'), SERVER)).toBeUndefined()
  })
})

it('clears statistics where there are some and the server can', () => {
  expect(clearStatisticsBlocked([1], SERVER)).toBeUndefined()
  expect(clearStatisticsBlocked([], SERVER)).toBe('Nothing is registered.')
  expect(clearStatisticsBlocked([1], OLD)).toContain('RedisGears 1.0')
  expect(clearStatisticsBlocked([1], DENIED)).toContain('NOPERM')
})

describe('a silent shard', () => {
  const [A, B, C] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)]
  const shard = (key: string, state: 'up' | 'silent', gearsId: string | null = key) => ({ key, state, gearsId })
  const silence = { code: 'timeout', message: 'no answer within 3000 ms' } as const

  it('keeps management commands from working, and is named', () => {
    expect(silenceBlocks([shard(A, 'up'), shard(B, 'up')])).toBeUndefined()
    expect(silenceBlocks([shard(A, 'up'), shard(B, 'silent')])).toBe(
      'No management command works until shard bbbb answers.',
    )
    expect(silenceBlocks([shard(A, 'up'), shard(B, 'silent'), shard(C, 'silent', null)])).toContain(
      'shard bbbb and shard cccc answer.',
    )
    expect(silenceBlocks([shard(A, 'up'), shard(B, 'silent')], 'unregister')).toContain('may keep it')
  })

  it('does not where shards know of no cluster, and where it answers but refuses', () => {
    const zero = '0'.repeat(40)
    expect(silenceBlocks([shard('standalone', 'silent', zero)])).toBeUndefined()
    expect(silenceBlocks([shard(A, 'up', zero), shard(B, 'silent', zero)])).toBeUndefined()
    const refusing = { ...shard(B, 'silent'), error: { code: 'rejected', message: 'NOPERM' } as const }
    expect(silenceBlocks([shard(A, 'up'), refusing])).toBeUndefined()
  })

  it('keeps what is sent to its keys from being answered', () => {
    const shards = [
      { ...shard(A, 'up'), slots: [[0, 8191]] as const },
      { ...shard(B, 'silent'), slots: [[8192, 16383]] as const, error: silence },
    ]
    // Slot 12182 and slot 866.
    expect(keyShardBlocks('foo', shards)).toBe(
      'Shard bbbb, which holds the key, does not answer: no answer within 3000 ms.',
    )
    expect(keyShardBlocks('hello', shards)).toBeUndefined()
  })
})
