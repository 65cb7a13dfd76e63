import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contract } from '.'
import { connectionDefinition } from './connection-definition'

const isName = (name: string) => connectionDefinition.safeParse({ name, url: 'redis://127.0.0.1' }).success

test('no connection has a name that is an address of Gearboard itself', () => {
  const pages = readdirSync(join(import.meta.dirname, '../../../app'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('['))
    .map(({ name }) => name)
  const endpoints = Object.values(contract).map(({ path }) => path.split('/')[2] ?? '')
  const own = [...pages, ...endpoints.filter((segment) => !segment.startsWith('{'))]
  expect(own).toContain('login')
  expect(own.filter(isName)).toEqual([])
  expect(['Login', 'API', 'Connections'].filter(isName)).toEqual([])
})

test.each(['a', 'orders', 'Orders-2.eu_west', '1', 'x'.repeat(40)])('%j is a name', (name) => {
  expect(isName(name)).toBe(true)
})

test.each(['', ' ', '.', '..', '-a', 'a b', 'a/b', 'a%2fb', 'ä', 'x'.repeat(41), 'a\n', '__proto__', '<b>'])(
  '%j is none',
  (name) => {
    expect(isName(name)).toBe(false)
  },
)
