import { expect, test } from 'vitest'
import { SealError, SecretBox } from './secret-box'

const box = new SecretBox(Buffer.from('one secret of the operator, long enough'))

test.each(['hunter2', '', 'ü'.repeat(1000), '-----BEGIN PRIVATE KEY-----\n', 'v1.x'])(
  '%j comes back as it was',
  (plain) => {
    expect(box.open(box.seal(plain, 'orders/password'), 'orders/password')).toBe(plain)
  },
)

test('the same password looks different each time, and is not in what is stored', () => {
  const [first, second] = [box.seal('hunter2', 'a'), box.seal('hunter2', 'a')]
  expect(first).not.toBe(second)
  expect(Buffer.from(first.slice(3), 'base64url').includes('hunter2')).toBe(false)
})

test('what is sealed for one connection opens for no other', () => {
  const sealed = box.seal('hunter2', 'orders/password')
  expect(() => box.open(sealed, 'stock/password')).toThrow(SealError)
})

test('another key opens nothing, and has another fingerprint', () => {
  const other = new SecretBox(Buffer.from('another secret'))
  expect(() => other.open(box.seal('hunter2', 'a'), 'a')).toThrow('another key sealed it, or it was changed')
  expect(other.fingerprint).not.toBe(box.fingerprint)
})

test('one changed bit, a cut end and any other text are refused', () => {
  const sealed = box.seal('hunter2', 'a')
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => box.open(`v1.${changed.toString('base64url')}`, 'a')).toThrow(SealError)
  }
  for (const text of ['', 'v1.', 'v2.abc', sealed.slice(0, -4), `${sealed}AAAA`, 'v1.%%%'])
    expect(() => box.open(text, 'a')).toThrow(SealError)
})
