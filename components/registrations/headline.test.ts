import { describe, expect, it } from 'vitest'
import type { Registration, RegistrationHealth } from '@/lib/model/registration'
import { NOTHING_OBSERVED } from '@/lib/model/registration-observation'
import { argsInDetail, registrationTrouble } from '@/lib/model/registration-view'
import { registrationsHeadline, registrationsSecond } from './headline'

type StreamRegistration = Extract<Registration, { reader: 'StreamReader' }>

const registration = (health: RegistrationHealth, changes: Partial<StreamRegistration> = {}): StreamRegistration => ({
  key: 'k',
  id: 'k',
  name: 'orders',
  reader: 'StreamReader',
  args: {
    prefix: 'orders',
    batchSize: 1,
    durationMs: 0,
    trimStream: true,
    onFailedPolicy: 'retry',
    retryIntervalS: 5,
  },
  description: 'orders',
  mode: 'async',
  privateData: null,
  threadPool: null,
  counters: { triggered: 1, success: 1, failures: 0, aborted: 0 },
  rates: null,
  averageMs: null,
  lagMs: null,
  lastError: null,
  status: 'OK',
  health,
  missingOn: [],
  coverage: { answered: 3, of: 3 },
  perShard: [],
  observed: NOTHING_OBSERVED,
  firstSeen: 0,
  lastSeen: 0,
  ...changes,
})

const ERROR = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 2, in f\n', 'Exception: refused\n']`

describe('registrationsHeadline', () => {
  it('says what needs somebody, or that all is well', () => {
    expect(registrationsHeadline([])).toBe('Nothing is registered.')
    expect(registrationsHeadline([registration('ok')])).toBe('The one registration is well.')
    expect(registrationsHeadline([registration('ok'), registration('idle')])).toBe('All 2 registrations are well.')
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
    const flaky = registration('ok', { counters: { triggered: 100, success: 96, failures: 4, aborted: 0 } })
    expect(registrationsHeadline([flaky, registration('ok')])).toBe(
      'Nothing is failing now, but orders failed 4 of 100 runs.',
    )
  })

  it('gives the cause, or the scale', () => {
    expect(registrationsSecond([registration('failing', { lastError: ERROR })])).toBe('orders: Exception: refused')
    const rates = { triggered: 0.5, success: 0, failures: 0, aborted: 0 }
    expect(registrationsSecond([registration('ok', { rates })])).toBe('30 triggers in a minute, at the present rate.')
    expect(registrationsSecond([registration('ok')])).toBeUndefined()
  })
})

it('explains a state in words', () => {
  expect(registrationTrouble(registration('retrying', { lastError: ERROR }))).toBe(
    'Tries what failed again every 5 s: Exception: refused',
  )
  expect(registrationTrouble(registration('ok'))).toBeNull()
  expect(registrationTrouble(registration('idle', { missingOn: ['b'] }))).toBe('Missing on 1 shard.')
})

it('tells arguments in words, and what 1.0 does not tell', () => {
  expect(argsInDetail(registration('ok'))).toContainEqual(['On failure', 'tries again every 5 s'])
})
