import { expect, test } from 'vitest'
import { PollPace } from './poll-pace'

const after = (...took: readonly number[]) => {
  const pace = new PollPace()
  for (const ms of took) pace.addAnswer(ms)
  return pace
}

test('what is cheap is asked as often as wanted', () => {
  expect(after().intervalMs(500)).toBe(500)
  expect(after(3, 4).intervalMs(500)).toBe(500)
  expect(after(3, 4, 5).intervalMs(5000)).toBe(5000)
})

test('an answer that waited behind the work of a busy server does not make the next one late', () => {
  expect(after(4, 3, 900, 1200).intervalMs(500)).toBe(500)
  expect(after(4, 3, 900, 1200).isCostly).toBe(false)
})

test('what is costly takes three per cent of the time of a server, but is asked again within ten minutes', () => {
  expect(after(200, 180, 190).intervalMs(500)).toBe(180 * 33)
  expect(after(3000, 3100, 3000).intervalMs(500)).toBe(99_000)
  expect(after(60_000, 60_000, 60_000).intervalMs(500)).toBe(600_000)
  expect(after(3000, 3100, 3000).isCostly).toBe(true)
})

test('a first answer may have met a busy server, and is doubted', () => {
  expect(after(3000).intervalMs(500)).toBe(30_000)
  expect(after(3000, 5).intervalMs(500)).toBe(500)
})

test('the way there and back costs the server nothing', () => {
  const pace = new PollPace()
  for (let i = 0; i < 3; i++) pace.addAnswer(700, 690)
  expect(pace.intervalMs(500)).toBe(500)
  expect(pace.costMs).toBe(10)
})

test('what an answer cost once is forgotten: lists grow and shrink', () => {
  const pace = after(3)
  for (let i = 0; i < 8; i++) pace.addAnswer(150)
  expect(pace.costMs).toBe(150)
  // At once, where it is another list.
  const list = new PollPace()
  for (let i = 0; i < 8; i++) list.addAnswer(3, 0, 10)
  list.addAnswer(2500, 0, 2000)
  expect(list.costMs).toBe(2500)
  list.addAnswer(4, 0, 12)
  expect(list.costMs).toBe(4)
})
