import { addCounters, argsInWords, ZERO_COUNTERS } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, it } from 'vitest'
import { registrationName } from './registration'

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
