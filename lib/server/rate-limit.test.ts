import { expect, test } from 'vitest'
import { RateLimit } from './rate-limit'

/** A limit whose time the test sets. */
function limit(perSecond: number, burst: number) {
  const time = { ms: 0 }
  const subject = new RateLimit({ perSecond, burst }, () => time.ms)
  const passed = (client: string, count: number) =>
    Array.from({ length: count }, () => subject.take(client)).filter((waitS) => waitS === 0).length
  return { time, subject, passed }
}

test.each([
  [50, 100],
  [1, 1],
  [200, 1000],
])('%i a second, %i at once: a burst passes, then the rate', (perSecond, burst) => {
  const { time, passed } = limit(perSecond, burst)
  expect(passed('a', 2 * burst)).toBe(burst)
  time.ms += 1000
  expect(passed('a', 2 * burst)).toBe(perSecond)
  time.ms += 3_600_000
  expect(passed('a', 2 * burst)).toBe(burst)
})

test('a client that keeps to the rate is never refused, and one does not use up what another has', () => {
  const { time, passed } = limit(50, 10)
  expect(passed('greedy', 1000)).toBe(10)
  for (let at = 0; at < 500; at++) {
    expect(passed('steady', 1)).toBe(1)
    time.ms += 20
  }
})

test.each([
  [50, 1],
  [0.1, 10],
  [0.25, 4],
])('with %d a second it says when the next one passes: in %i s', (perSecond, waitS) => {
  const { time, subject } = limit(perSecond, 1)
  subject.take('a')
  expect(subject.take('a')).toBe(waitS)
  time.ms += waitS * 1000
  expect(subject.take('a')).toBe(0)
})

test('of ever new clients it remembers a bounded number, those that asked last', () => {
  const { passed } = limit(1, 5)
  expect(passed('old', 5)).toBe(5)
  expect(passed('seen', 5)).toBe(5)
  for (let at = 0; at < 9999; at++) passed(`n${at}`, 1)
  expect(passed('seen', 1)).toBe(0)
  expect(passed('old', 1)).toBe(1)
})
