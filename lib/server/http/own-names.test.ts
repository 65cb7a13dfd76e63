import { expect, test } from 'vitest'
import { isOwnByNature, nameOf, readAllowedHost } from './own-names'

test.each([
  ['gearboard.example', 'gearboard.example', 'https://gearboard.example'],
  ['gearboard', 'gearboard', 'https://gearboard'],
  ['gear_board:8443', 'gear_board', 'https://gear_board:8443'],
  ['http://gearboard.example:8080', 'gearboard.example', 'http://gearboard.example:8080'],
  ['https://gearboard.example:443', 'gearboard.example', 'https://gearboard.example'],
  ['http://10.0.0.1:3000', '10.0.0.1', 'http://10.0.0.1:3000'],
  ['http://[2001:db8::1]:3000', '[2001:db8::1]', 'http://[2001:db8::1]:3000'],
])('%s is the name %s, its pages at %s', (entry, name, origin) => {
  expect(readAllowedHost(entry)).toEqual({ name, origin })
})

test.each([
  '*',
  '*.example',
  'a/b',
  'https://a.example/path',
  'ftp://a.example',
  'a b',
  'https://u@a.example',
  '/',
  'a?',
  '',
])('%j is no name', (entry) => expect(readAllowedHost(entry)).toBeUndefined())

test('names that nobody can point elsewhere', () => {
  for (const host of [
    'localhost',
    'LOCALHOST:3000',
    '127.0.0.1:3000',
    '127.8.9.1',
    '[::1]:80',
    '192.0.2.7',
    '[2001:db8::1]:1',
  ])
    expect(isOwnByNature(nameOf(host)), host).toBe(true)
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '',
    ':3000',
    'gearboard',
    '[]',
  ])
    expect(isOwnByNature(nameOf(host)), host).toBe(false)
})
