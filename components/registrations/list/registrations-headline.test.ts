import { describe, expect, it } from 'vitest'
import type { RegistrationHealth } from '@/lib/model/registrations/health'
import { argsInDetail, registrationReason } from '@/lib/model/registrations/registration-view'
import { counters, NOTHING_OBSERVED, shardState, streamReader } from '@/lib/model/testing'
import { registrationsHeadline, registrationsSecond } from './registrations-headline'

const registration = (health: RegistrationHealth, changes: Parameters<typeof streamReader>[0] = {}) =>
  streamReader({ health, counters: counters(1), args: { onFailedPolicy: 'retry', retryIntervalS: 5 }, ...changes })

const NOW = 1_000_000

const ERROR = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 2, in f\n', 'Exception: refused\n']`

describe('registrationsHeadline', () => {
  it('says what needs somebody, or that all is well', () => {
    expect(registrationsHeadline([])).toBe('No registrations yet.')
    expect(registrationsHeadline([], [shardState('a', { registrations: null })])).toBe('Loading registrations…')
    expect(registrationsHeadline([], [shardState('a', { registrations: 0 })])).toBe('No registrations yet.')
    expect(registrationsHeadline([registration('ok')])).toBe('The registration is healthy.')
    expect(registrationsHeadline([registration('ok'), registration('ok')])).toBe('All 2 registrations are healthy.')
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

  it('does not call healthy what is flaky, has no recent runs, or is not judged yet', () => {
    const flaky = registration('flaky', { observed: { ...NOTHING_OBSERVED, percent: 4 } })
    expect(registrationsHeadline([flaky, registration('ok')])).toBe('1 of 2 registrations is flaky.')
    expect(registrationsSecond([flaky], NOW)).toBe('orders fails 4 % of its runs.')
    expect(registrationsHeadline([registration('failing'), flaky])).toBe('1 of 2 registrations is failing, 1 is flaky.')
    expect(registrationsHeadline([registration('ok'), registration('idle'), registration('unknown')])).toBe(
      '1 of 3 registrations is healthy, 1 has no recent runs, 1 has too few runs to judge.',
    )
  })

  it('gives the cause, or the scale', () => {
    expect(registrationsSecond([registration('failing', { lastError: ERROR })], NOW)).toBe('orders: Exception: refused')
    expect(registrationsSecond([registration('failing')], NOW)).toBe('The last run of orders failed.')
    expect(registrationsSecond([registration('retrying', { lastError: ERROR })], NOW)).toBe(
      'orders retries the failed batch every 5 s: Exception: refused',
    )
    expect(registrationsSecond([registration('aborted')], NOW)).toBe('orders was stopped by its onFailedPolicy.')
    const rates = { triggered: 0.5, success: 0, failures: 0, aborted: 0 }
    expect(registrationsSecond([registration('ok', { rates })], NOW)).toBe('30 triggers/min.')
    expect(registrationsSecond([registration('ok')], NOW)).toBeUndefined()
  })
})

it('explains a state in words', () => {
  const seen = { ...NOTHING_OBSERVED, percent: 0, lastError: { at: NOW - 12_000, text: ERROR } }
  expect(registrationReason(registration('flaky', { observed: seen }), NOW)).toBe(
    'Fails under 1 % of its runs: Exception: refused (12 s ago)',
  )
  expect(registrationReason(registration('failing', { observed: seen }), NOW)).toBe('Exception: refused (12 s ago)')
  expect(registrationReason(registration('retrying', { lastError: ERROR }), NOW)).toBe(
    'Retries the failed batch every 5 s: Exception: refused',
  )
  expect(registrationReason(registration('ok'), NOW)).toBeNull()
  expect(registrationReason(registration('idle', { missingOn: ['b'] }), NOW)).toBe('Missing on 1 shard.')
})

it('tells arguments in words, and what 1.0 does not tell', () => {
  expect(argsInDetail(registration('ok'))).toContainEqual(['On failure', 'retry every 5 s'])
})
