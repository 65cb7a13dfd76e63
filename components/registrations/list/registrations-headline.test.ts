import { describe, expect, it } from 'vitest'
import type { RegistrationHealth } from '@/lib/model/registrations/registration'
import { argsInDetail, registrationReason } from '@/lib/model/registrations/registration-view'
import { counters, shardState, streamReader } from '@/lib/model/testing'
import { registrationsHeadline, registrationsSecond } from './registrations-headline'

const registration = (health: RegistrationHealth, changes: Parameters<typeof streamReader>[0] = {}) =>
  streamReader({ health, counters: counters(1), args: { onFailedPolicy: 'retry', retryIntervalS: 5 }, ...changes })

const ERROR = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 2, in f\n', 'Exception: refused\n']`

describe('registrationsHeadline', () => {
  it('says what needs somebody, or that all is well', () => {
    expect(registrationsHeadline([])).toBe('No registrations yet.')
    expect(registrationsHeadline([], [shardState('a', { registrations: null })])).toBe('Loading registrations…')
    expect(registrationsHeadline([], [shardState('a', { registrations: 0 })])).toBe('No registrations yet.')
    expect(registrationsHeadline([registration('ok')])).toBe('The registration is healthy.')
    expect(registrationsHeadline([registration('ok'), registration('idle')])).toBe('All 2 registrations are healthy.')
    expect(registrationsHeadline([registration('ok', { coverage: { answered: 2, of: 3 } })])).toBe(
      'The registration is healthy, as reported by 2 of 3 shards.',
    )
    expect(registrationsHeadline([registration('ok', { coverage: { answered: 0, of: 3 } })])).toBe(
      'No shard answers: showing the last reports of 1 registration.',
    )
    expect(
      registrationsHeadline([
        registration('failing'),
        registration('retrying'),
        registration('ok', { missingOn: ['b'] }),
      ]),
    ).toBe('2 of 3 registrations are failing, 1 is missing on a shard.')
    expect(registrationsHeadline([registration('paused')])).toBe('1 of 1 registration is paused.')
  })

  it('does not call well what fails now and then', () => {
    const flaky = registration('ok', { counters: counters(100, 4) })
    expect(registrationsHeadline([flaky, registration('ok')])).toBe(
      'None failing now, but orders failed in 4 of 100 runs.',
    )
  })

  it('gives the cause, or the scale', () => {
    expect(registrationsSecond([registration('failing', { lastError: ERROR })])).toBe('orders: Exception: refused')
    const rates = { triggered: 0.5, success: 0, failures: 0, aborted: 0 }
    expect(registrationsSecond([registration('ok', { rates })])).toBe('30 triggers/min.')
    expect(registrationsSecond([registration('ok')])).toBeUndefined()
  })
})

it('explains a state in words', () => {
  expect(registrationReason(registration('retrying', { lastError: ERROR }))).toBe(
    'Retries the failed batch every 5 s: Exception: refused',
  )
  expect(registrationReason(registration('ok'))).toBeNull()
  expect(registrationReason(registration('idle', { missingOn: ['b'] }))).toBe('Missing on 1 shard.')
})

it('tells arguments in words, and what 1.0 does not tell', () => {
  expect(argsInDetail(registration('ok'))).toContainEqual(['On failure', 'retry every 5 s'])
})
