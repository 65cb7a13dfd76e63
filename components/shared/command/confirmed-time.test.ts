import { expect, onTestFinished, test, vi } from 'vitest'
import { ConfirmedTime } from './confirmed-time'

const MINUTE_MS = 60_000

test('a typed name counts for ten minutes, for its connection and while that is called so', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const confirmed = new ConfirmedTime()
  expect(confirmed.minutesLeft('default', 'orders live')).toBe(0)
  confirmed.begin('default', 'orders live')
  expect(confirmed.minutesLeft('default', 'orders live')).toBe(10)
  expect(confirmed.minutesLeft('other', 'orders live')).toBe(0)
  expect(confirmed.minutesLeft('default', 'orders')).toBe(0)
  expect(confirmed.minutesLeft('default', undefined)).toBe(0)
  vi.advanceTimersByTime(9 * MINUTE_MS + 1)
  expect(confirmed.minutesLeft('default', 'orders live')).toBe(1)
  vi.advanceTimersByTime(MINUTE_MS)
  expect(confirmed.minutesLeft('default', 'orders live')).toBe(0)
})

test('it ends when it is ended, and when Gearboard’s clock says that the computer slept', () => {
  let now = 1_000_000
  const confirmed = new ConfirmedTime({ now: () => now })
  let told = 0
  const leave = confirmed.subscribe(() => told++)
  confirmed.begin('default', 'orders')
  confirmed.end('default')
  expect(told).toBe(2)
  leave()
  confirmed.begin('default', 'orders')
  expect(told).toBe(2)
  expect(confirmed.minutesLeft('default', 'orders')).toBe(10)
  now += 8 * 60 * MINUTE_MS
  expect(confirmed.minutesLeft('default', 'orders')).toBe(0)
})
