import { expect, test } from 'vitest'
import { ownPath } from './own-path'

test.each([
  '/',
  '/default/executions',
  '/default/executions?filter=a%2Fb%09&range=1h#top',
  '/default/registrations/a//b',
])('keeps %j', (path) => expect(ownPath(path)).toBe(path))

test.each([
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '\t//evil.example',
  '/\r\n/evil.example',
  '/\n\\evil.example',
  '/.//evil.example',
  '/./\\evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  '/\t.//evil.example',
  'https://evil.example/',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  '@evil.example',
  ' //evil.example',
  '',
  null,
])('%j leads to the start', (address) => expect(ownPath(address)).toBe('/'))

test('what remains is the path that a browser opens', () => {
  const own = 'https://gearboard.example:8443'
  for (const address of ['/\tdefault/overview', '/default/../default/overview', '/default\\overview']) {
    const { origin, pathname } = new URL(ownPath(address), own)
    expect([origin, pathname]).toEqual([own, '/default/overview'])
  }
})
