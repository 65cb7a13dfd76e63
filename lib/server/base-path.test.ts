import { expect, test } from 'vitest'
import { readBasePath, withBasePath, withoutBasePath } from './base-path.mjs'

test.each([
  [undefined, ''],
  ['', ''],
  ['/', ''],
  [' /gears ', '/gears'],
  ['/gears/', '/gears'],
  ['/tools/gears-2.1_~', '/tools/gears-2.1_~'],
  ['/apis', '/apis'],
])('the base path %j is %j', (text, path) => {
  expect(readBasePath(text)).toBe(path)
})

test.each([
  'gears',
  '//gears',
  '/gears//x',
  '/gears//',
  '/..',
  '/a/../b',
  '/.',
  '/gears?x',
  '/gears#x',
  '/<b>',
  '/zwei wörter',
  '/%2e%2e',
  'https://a.example/gears',
  '/\\evil.example',
  '/api',
  '/_next/x',
  '/metrics',
  `/${'x'.repeat(100)}`,
])('the base path %j is refused', (text) => {
  expect(readBasePath(text)).toBeUndefined()
})

test.each([
  ['/gears', '/', '/gears'],
  ['/gears?a=1', '/?a=1', '/gears?a=1'],
  ['/gears/', '/', '/gears'],
  ['/gears/default/overview?x=/gears', '/default/overview?x=/gears', '/gears/default/overview?x=/gears'],
  // A proxy cut the base path off.
  ['/', '/', '/gears'],
  ['/?a', '/?a', '/gears?a'],
  ['/api/health', '/api/health', '/gears/api/health'],
  // Another path that begins alike.
  ['/gearsets/x', '/gearsets/x', '/gears/gearsets/x'],
])('%s under /gears is %s, which Next serves as %s', (asked, inside, served) => {
  expect(withoutBasePath(asked, '/gears')).toBe(inside)
  expect(withBasePath(inside, '/gears')).toBe(served)
})

test.each(['/', '/api/health?x', '/?a', '*', 'http://a/'])('without a base path %s stays what it is', (url) => {
  expect(withBasePath(withoutBasePath(url, ''), '')).toBe(url)
})
