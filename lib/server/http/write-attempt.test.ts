import { GearsError } from '@gearboard/gears'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { contract } from '@/lib/api/contract'
import type { AnyEndpoint } from '@/lib/api/endpoint'
import type { AuditEntry } from '@/lib/model/record/audit'
import { PEER_HEADER } from '../door/peer'
import { ApiRefusal } from '../errors'
import { UnderWay } from '../under-way'
import { StrangerAttempts } from './stranger-attempts'
import { WriteAttempt } from './write-attempt'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

/** A Gearboard with a password or without, and the lines of its audit log. */
function gearboard({ password = true } = {}) {
  const lines: AuditEntry[] = []
  const runtime = {
    signIn: { required: password },
    history: { recordAudit: async (entry: AuditEntry) => void lines.push(entry) },
    underWay: new UnderWay(),
    strangers: new StrangerAttempts(),
  }
  const attempt = (endpoint: AnyEndpoint = contract.dropExecution, params: Record<string, string> = {}) =>
    new WriteAttempt(endpoint, new Request('http://localhost/', { headers: { [PEER_HEADER]: '192.0.2.7' } }), params)
  /** Attempts by one of this name, one after the other. @returns how many of them are on record */
  const attempts = async (count: number, name: string | null) => {
    const before = lines.length
    for (let n = 0; n < count; n++) {
      const one = attempt()
      one.by(runtime, name)
      await one.end(name === null ? new ApiRefusal('unauthenticated', 'Sign in first.') : undefined)
    }
    return lines.length - before
  }
  return { lines, runtime, attempt, attempts }
}

describe('attempts of those who are not let in', () => {
  test('are recorded 60 times a minute, and again in the next', async () => {
    const { attempts } = gearboard()
    expect(await attempts(59, null)).toBe(59)
    expect(await attempts(10, null)).toBe(1)
    vi.advanceTimersByTime(59_000)
    expect(await attempts(10, null)).toBe(0)
    vi.advanceTimersByTime(2000)
    expect(await attempts(70, null)).toBe(60)
  })

  test('keep nothing out that others do, however many there are', async () => {
    const { attempts } = gearboard()
    await attempts(200, null)
    expect(await attempts(100, 'admin')).toBe(100)
    expect(await attempts(100, 'read')).toBe(100)
    expect(await attempts(1, null)).toBe(0)
  })

  test('hide no sign-in that works among those that fail', async () => {
    const { attempts, attempt, lines, runtime } = gearboard()
    await attempts(200, null)
    const enter = async (who: string, error?: Error) => {
      const one = attempt(contract.signIn)
      one.by(runtime, null)
      one.tell({ who })
      await one.end(error)
    }
    await enter('ada')
    await enter('eve', new ApiRefusal('unauthenticated', 'The password is wrong.'))
    const begun = attempt(contract.beginProviderSignIn)
    begun.by(runtime, null)
    await begun.end()
    expect(lines.slice(60)).toMatchObject([{ action: 'signIn', who: 'ada', outcome: 'ok' }])
  })

  test('are all that is recorded where nobody signs in, without a limit', async () => {
    const { attempts, lines } = gearboard({ password: false })
    expect(await attempts(200, null)).toBe(200)
    expect(lines[199]?.who).toBe('anonymous')
  })
})

describe('the line of an attempt', () => {
  const line = async (error: unknown, admitted = true) => {
    const { lines, runtime, attempt } = gearboard()
    const one = attempt(contract.dropExecution, { connection: 'default', id: '0-7' })
    one.by(runtime, 'admin')
    if (admitted) one.admit()
    await one.end(error)
    return lines[0]
  }

  test('says who did what to what', async () => {
    expect(await line(undefined)).toEqual({
      at: expect.any(Number),
      connection: 'default',
      who: 'admin',
      ip: '192.0.2.7',
      action: 'dropExecution',
      target: '0-7',
      before: null,
      after: null,
      outcome: 'ok',
      error: null,
    })
  })

  test.each([
    [new ApiRefusal('changed', 'It changed.'), 'refused'],
    [new ApiRefusal('read_only', 'Read-only.'), 'refused'],
    [new ApiRefusal('partial', 'On 1 of 2 shards.'), 'partial'],
    [new GearsError('timeout', 'no answer'), 'failed'],
    [new GearsError('rejected', 'ERR no'), 'failed'],
    [new ApiRefusal('no_history', 'not kept'), 'failed'],
  ] as const)('has the outcome of %s: %s', async (error, outcome) => {
    expect(await line(error)).toMatchObject({ outcome, error: error.message })
    // What was not let in was not tried.
    expect(await line(error, false)).toMatchObject({ outcome: 'refused' })
  })

  test('says of a bug of ours that there was one, and nothing else', async () => {
    expect(await line(new TypeError('secret is undefined'))).toMatchObject({
      outcome: 'failed',
      error: 'internal error',
    })
  })

  test('has the details behind the message, each where it is, and none that repeats it', async () => {
    const details = [
      { at: 'a', message: 'is gone' },
      { at: 'q', message: 'q: is no filter' },
    ]
    expect((await line(new ApiRefusal('partial', 'On 1 of 2 shards.', details)))?.error).toBe(
      'On 1 of 2 shards.\na: is gone\nq: q: is no filter',
    )
    const single = [{ at: 'value', message: 'must be a number' }]
    expect((await line(new ApiRefusal('invalid_request', 'value: must be a number', single)))?.error).toBe(
      'value: must be a number',
    )
  })

  test('has what the handler knows of it, the latest', async () => {
    const { lines, runtime, attempt } = gearboard()
    const one = attempt(contract.setConfig, { connection: 'default', key: 'MaxExecutions' })
    one.by(runtime, 'admin')
    one.tell({ before: '10', outcome: 'ok' })
    one.tell({ after: '20', target: 'MaxExecutions on all shards' })
    await one.end()
    expect(lines).toMatchObject([{ before: '10', after: '20', target: 'MaxExecutions on all shards', outcome: 'ok' }])
  })

  test('shows it as under way from its acceptance to its end, with the latest of its target', async () => {
    const { runtime, attempt } = gearboard()
    const one = attempt(contract.submit, { connection: 'default' })
    one.by(runtime, 'develop')
    expect(runtime.underWay.on('default', true)).toEqual([])
    one.admit()
    one.tell({ target: 'order-pipeline' })
    const other = attempt(contract.signOut)
    other.by(runtime, 'admin')
    other.admit()
    expect(runtime.underWay.on('default', true)).toMatchObject([
      { action: 'signOut', who: 'admin', connection: null },
      { action: 'submit', who: 'develop', target: 'order-pipeline', ip: '192.0.2.7' },
    ])
    expect(runtime.underWay.on('another', true)).toMatchObject([{ action: 'signOut' }])
    expect(runtime.underWay.on('another', false)).toEqual([])
    expect(runtime.underWay.on('default', false)).toMatchObject([{ action: 'submit' }])
    await one.end()
    await other.end(new Error('a bug'))
    expect(runtime.underWay.on('default', true)).toEqual([])
  })

  test('is none for a question, nor before it is known who asks', async () => {
    const { lines, runtime, attempt } = gearboard()
    const question = attempt(contract.executions, { connection: 'default' })
    question.by(runtime, 'admin')
    await question.end()
    await attempt().end(new ApiRefusal('forbidden', 'no'))
    expect(lines).toEqual([])
  })

  test.each([
    [contract.dropExecution, { id: '0-7' }, '0-7'],
    [contract.setConfig, { key: 'MaxExecutions' }, 'MaxExecutions'],
    [contract.resetProfile, { name: 'session' }, 'session'],
    [contract.refreshCluster, {}, null],
  ] as const)('names what its address names', async (endpoint, params, target) => {
    const { lines, runtime, attempt } = gearboard()
    const one = attempt(endpoint, params)
    one.by(runtime, 'admin')
    await one.end()
    expect(lines).toMatchObject([{ target, connection: null }])
  })
})
