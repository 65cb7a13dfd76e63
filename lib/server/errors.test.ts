import { GearsError } from '@gearboard/gears'
import { expect, test, vi } from 'vitest'
import { knownError, Refusal } from './errors'
import { HistoryError } from './history/history-error'

test('errors of another copy of a module are known by their class', async () => {
  vi.resetModules()
  const errors = await import('./errors')
  const history = await import('./history/history-error')
  const refusal = new errors.Refusal('changed', 'This is another execution now.')
  const unwritten = new history.HistoryError('not_ready', 'The record cannot be read yet.')
  expect(errors.Refusal).not.toBe(Refusal)
  expect(history.HistoryError).not.toBe(HistoryError)
  expect([refusal instanceof Refusal, refusal instanceof HistoryError, refusal instanceof GearsError]).toEqual([
    true,
    false,
    false,
  ])
  expect([unwritten instanceof HistoryError, unwritten instanceof Refusal]).toEqual([true, false])
  expect(knownError(refusal)).toEqual({ code: 'changed', message: 'This is another execution now.' })
})
