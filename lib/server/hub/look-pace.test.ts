import { expect, test } from 'vitest'
import { LookPace } from './look-pace'

const after = (...latencies: readonly number[]) => {
  const pace = new LookPace()
  for (const ms of latencies) pace.took(ms)
  return pace
}

test('a shard whose looks are cheap is looked at as often as wanted', () => {
  expect(after().intervalMs(500)).toBe(500)
  expect(after(3, 4).intervalMs(500)).toBe(500)
  expect(after(3, 4).intervalMs(5000)).toBe(5000)
})

test('a look that waited behind the work of a busy shard does not make the next one late', () => {
  expect(after(4, 3, 900, 1200).intervalMs(500)).toBe(500)
})

test('a shard for which every look is dear is looked at more seldom, but not for ever', () => {
  expect(after(200, 180, 190).intervalMs(500)).toBe(1800)
  expect(after(3000).intervalMs(500)).toBe(5000)
})

test('what a look cost once is forgotten: lists grow', () => {
  const pace = after(3)
  for (let i = 0; i < 8; i++) pace.took(150)
  expect(pace.intervalMs(500)).toBe(1500)
  expect(pace.latencyMs).toBe(150)
})
