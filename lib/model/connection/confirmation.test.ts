import { expect, test } from 'vitest'
import { asConfirmHeader, confirmationName, confirmedName } from './confirmation'

test.each(['orders live', 'Büro', '100% & "more"', 'a%20b', '日本 🚀', '..', 'x'.repeat(40)])(
  '%s comes back from its header, which holds ASCII alone',
  (name) => {
    expect(asConfirmHeader(name)).toMatch(/^[!-~]+$/)
    expect(confirmedName(asConfirmHeader(name))).toBe(name)
  },
)

test('a header may hold plain letters as they are; one that cannot be decoded names nothing', () => {
  expect(confirmedName('orders live')).toBe('orders live')
  expect(['100%', '%zz', '%C3', null].map(confirmedName)).toEqual([undefined, undefined, undefined, undefined])
})

test('what is typed is what users call the connection', () => {
  expect(confirmationName({ name: 'default' })).toBe('default')
  expect(confirmationName({ name: 'default', label: 'orders live' })).toBe('orders live')
})
