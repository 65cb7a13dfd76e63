import { describe, expect, it } from 'vitest'
import { commandReader, counters, keysReader } from '../testing'
import type { RegistrationPart } from './registration'
import { isWholeName, registrationRow, wholeError } from './registration-row'

const long = (letter: string) => letter.repeat(100_000)
const ERROR = `['Traceback (most recent call last):\\n', 'Exception: ${long('e')}\\n']`

const failingOn = (shard: string): RegistrationPart => ({
  shard,
  counters: counters(1, 1),
  rates: null,
  durations: null,
  lag: null,
  status: null,
  lastError: ERROR,
  errorIsPast: false,
  health: 'ok',
})

describe('a registration in a list', () => {
  it('is as it is where nothing of it is long', () => {
    const r = keysReader({ description: 'greets' })
    expect(registrationRow(r)).toBe(r)
  })

  it('carries a bounded part of each text, and says so', () => {
    const r = keysReader({
      description: long('d'),
      args: { prefix: long('p'), eventTypes: [long('v'), ...Array.from({ length: 5000 }, (_, n) => `e${n}`)] },
      lastError: ERROR,
    })
    const whole = { ...r, perShard: ['a', 'b', 'c'].map((shard) => failingOn(shard)) }
    const row = registrationRow(whole)
    expect(row.shortened).toBe(true)
    expect(JSON.stringify(row).length).toBeLessThan(20_000)
    expect(row.description).toMatch(/^d+… [\d,]+ characters left out …d+$/)
    expect(row.reader === 'KeysReader' && row.args.eventTypes?.at(-1)).toBe('… 4,801 more')
    const [part] = row.perShard
    // The page shows the whole error while it is still the one of the list.
    expect(part && wholeError(part, whole)).toBe(ERROR)
    expect(part && wholeError({ ...part, lastError: 'another' }, whole)).toBe('another')
    expect(part && wholeError(part, undefined)).toBe(part?.lastError)
  })

  it.each([
    ['of the longest that can be sent', 't'.repeat(4096), true],
    ['one character longer', 't'.repeat(4097), false],
    ['of characters beyond the first plane', '😀'.repeat(5000), false],
  ])('a trigger %s', (_, trigger, whole) => {
    const row = registrationRow(commandReader({ args: { trigger } }))
    expect(row.reader === 'CommandReader' && isWholeName(row.args.trigger)).toBe(whole)
  })
})
