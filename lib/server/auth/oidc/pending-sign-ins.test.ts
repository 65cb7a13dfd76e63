import { expect, test } from 'vitest'
import { PendingSignIns } from './pending-sign-ins'

function pendingSignIns() {
  const time = { at: 0 }
  const subject = new PendingSignIns(() => time.at)
  const begin = (state: string, { key = '', client = '192.0.2.1' } = {}) =>
    subject.add({ state, nonce: 'n', verifier: 'v', redirectUri: 'r', next: `/${state}` }, key, client)
  return { time, subject, begin }
}

test('a sign-in is taken once, within ten minutes, with the key of its browser', () => {
  const { time, subject, begin } = pendingSignIns()
  const key = begin('a')
  for (const wrong of ['', 'x', 'A'.repeat(43), `${key}x`, key.slice(1)])
    expect(subject.take('a', wrong)).toBeUndefined()
  expect(subject.take('b', key)).toBeUndefined()
  expect(subject.take('a', key)?.next).toBe('/a')
  expect(subject.take('a', key)).toBeUndefined()
  const late = begin('late')
  time.at = 10 * 60_000
  expect(subject.take('late', late)).toBeUndefined()
})

test('tabs share the key of their browser, and a key that was planted is not taken up', () => {
  const { subject, begin } = pendingSignIns()
  const key = begin('a')
  expect(begin('b', { key })).toBe(key)
  expect(begin('c', { key: 'B'.repeat(43) })).not.toBe('B'.repeat(43))
  expect(subject.take('a', key)).toBeDefined()
  expect(subject.isKnown(key)).toBe(true)
  expect(subject.take('b', key)).toBeDefined()
  expect(subject.isKnown(key)).toBe(false)
})

test('who begins without end pushes out their own, and nobody else’s', () => {
  const { subject, begin } = pendingSignIns()
  const key = begin('a')
  const own = begin('own', { client: '198.51.100.1' })
  for (let n = 0; n < 1000; n++) begin(`n${n}`, { client: '198.51.100.1' })
  expect(subject.take('own', own)).toBeUndefined()
  expect(subject.take('a', key)).toBeDefined()
})
