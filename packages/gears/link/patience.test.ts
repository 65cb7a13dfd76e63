import { expect, test } from 'vitest'
import { Patience } from './patience'

test('a near server is waited for as long as is set, a far one for four round trips', () => {
  const patience = new Patience(3000)
  expect(patience.ms).toBe(3000)
  for (const [roundTrip, limit] of [
    [1, 3000],
    [700, 3000],
    [800, 3200],
    [2000, 8000],
    [20_000, 30_000],
  ] as const) {
    patience.connected(roundTrip)
    expect(patience.ms).toBe(limit)
    expect(patience.distanceMs).toBe(roundTrip)
  }
})

test('before the first answer a server is as far away as nothing is known of it', () => {
  const patience = new Patience(3000)
  expect(patience.distanceMs).toBe(0)
  patience.answered(40)
  expect(patience.distanceMs).toBe(40)
  patience.answered(70)
  expect(patience.distanceMs).toBe(40)
})

test('it follows answers that become slower or quicker, and one slow answer moves it little', () => {
  const patience = new Patience(1000)
  patience.connected(10)
  patience.answered(900)
  expect(patience.ms).toBe(1000)
  for (let i = 0; i < 30; i++) patience.answered(900)
  expect(patience.ms).toBeGreaterThan(3000)
  // The way is as short as ever: it is the server that works.
  expect(patience.distanceMs).toBe(10)
  for (let i = 0; i < 30; i++) patience.answered(5)
  expect(patience.ms).toBe(1000)
})

test('a limit of a test or of a person who waits long stays within bounds', () => {
  const short = new Patience(100)
  short.connected(5000)
  expect(short.ms).toBe(1000)
  const long = new Patience(60_000)
  long.connected(50_000)
  expect(long.ms).toBe(60_000)
})
