import { addCounters, argsInWords, type StreamStatus, ZERO_COUNTERS } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, it } from 'vitest'
import { healthOf, registrationName } from './registration'

const part = (status: StreamStatus | null, lastError: string | null = null, triggered = 1) => ({
  status,
  lastError,
  errorIsPast: false,
  counters: { ...ZERO_COUNTERS, triggered },
})

describe('healthOf', () => {
  it('is unknown without a part, idle without a run', () => {
    expect(healthOf([])).toBe('unknown')
    expect(healthOf([part(null, null, 0), part('OK', null, 0)])).toBe('idle')
    expect(healthOf([part(null, null, 0), part(null)])).toBe('ok')
  })

  it('is that of the worst shard', () => {
    const worsening = [
      ['ok', part('OK')],
      ['paused', part('PAUSED')],
      ['failing', part('OK', 'ValueError')],
      ['retrying', part('WAITING_FOR_RETRY_ON_FAILURE', 'ValueError')],
      ['aborted', part('ABORTED', 'ValueError')],
    ] as const
    const parts = worsening.map(([, each]) => each)
    for (const [i, [health]] of worsening.entries()) expect(healthOf(parts.slice(0, i + 1))).toBe(health)
  })

  it('is well where the last error is known to be the past', () => {
    expect(healthOf([{ ...part(null, 'ValueError'), errorIsPast: true }])).toBe('ok')
  })

  it('is paused where it is paused, whatever failed before', () => {
    expect(healthOf([part('PAUSED', 'ValueError'), part('PAUSED')])).toBe('paused')
    expect(healthOf([part('PAUSED', 'ValueError'), part('OK', 'ValueError')])).toBe('failing')
  })
})

describe('registrationName', () => {
  const keys = { prefix: 'user:*', eventTypes: ['set', 'del'], keyTypes: null, hookCommands: null }
  it('is the description, else what it waits for', () => {
    expect(
      registrationName({ description: ' mine ', reader: 'CommandReader', args: { trigger: 't', inOrder: null } }),
    ).toBe('mine')
    expect(registrationName({ description: ' ', reader: 'KeysReader', args: keys })).toBe('on set, del of user:*')
    expect(argsInWords({ reader: 'KeysReader', args: { ...keys, hookCommands: ['hset'] } })).toBe('on hset of user:*')
    expect(argsInWords({ reader: 'KeysReader', args: { ...keys, eventTypes: null } })).toBe('on user:*')
    expect(argsInWords({ reader: 'CommandReader', args: { trigger: 'cart.checkout', inOrder: true } })).toBe(
      'command cart.checkout',
    )
  })
})

it('addCounters sums each', () => {
  const one = { triggered: 4, success: 1, failures: 2, aborted: 1 }
  expect(addCounters(one, addCounters(one, ZERO_COUNTERS))).toEqual({
    triggered: 8,
    success: 2,
    failures: 4,
    aborted: 2,
  })
})
