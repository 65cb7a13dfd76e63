import { expect, test } from 'vitest'
import { type Argument, argumentText, signature } from './argument'

const argument = (name: string, defaultValue?: string): Argument => ({
  name,
  type: 'text',
  doc: '',
  ...(defaultValue !== undefined && { defaultValue }),
})

test.each([
  [argument('prefix'), 'prefix'],
  [argument('prefix', "'*'"), "prefix='*'"],
  [argument('prefix', ''), 'prefix='],
])('an argument is shown as one writes it: %o', (given, text) => {
  expect(argumentText(given)).toBe(text)
})

test('a signature has the arguments in their order', () => {
  const callable = { name: 'register', doc: '', args: [argument('prefix', "'*'"), argument('mode')] }
  expect(signature(callable)).toBe("register(prefix='*', mode)")
  expect(signature({ name: 'now', doc: '', args: [] })).toBe('now()')
})
