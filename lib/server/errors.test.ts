import { GearsError } from '@gearboard/gears'
import { expect, test, vi } from 'vitest'
import { ApiRefusal, knownError } from './errors'
import { HistoryError } from './history/history-error'

test('errors of another copy of a module are known by their class', async () => {
  vi.resetModules()
  const errors = await import('./errors')
  const history = await import('./history/history-error')
  const refusal = new errors.ApiRefusal('changed', 'This is another execution now.')
  const unwritten = new history.HistoryError('not_ready', 'The record cannot be read yet.')
  expect(errors.ApiRefusal).not.toBe(ApiRefusal)
  expect(history.HistoryError).not.toBe(HistoryError)
  expect([refusal instanceof ApiRefusal, refusal instanceof HistoryError, refusal instanceof GearsError]).toEqual([
    true,
    false,
    false,
  ])
  expect([unwritten instanceof HistoryError, unwritten instanceof ApiRefusal]).toEqual([true, false])
  expect(knownError(refusal)).toEqual({ code: 'changed', message: 'This is another execution now.' })
})
