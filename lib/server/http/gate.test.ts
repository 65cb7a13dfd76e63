import { expect, test } from 'vitest'
import { contract } from '@/lib/api/contract'
import { readSettings } from '../settings'
import { checkOrigin, checkWritable, isSecure } from './gate'

const writable = readSettings({})
const readOnly = readSettings({ GEARBOARD_READ_ONLY: '1' })
const REPLICA = '10.0.0.1:6379 is a replica.'

test('what changes something is refused where Gearboard or the connection takes no writes, in the words of that', () => {
  expect(() => checkWritable(contract.abortExecution, writable, null)).not.toThrow()
  expect(() => checkWritable(contract.abortExecution, readOnly, REPLICA)).toThrow('GEARBOARD_READ_ONLY')
  expect(() => checkWritable(contract.abortExecution, writable, REPLICA)).toThrow(REPLICA)
})

test('looking and signing in change nothing', () => {
  for (const endpoint of [contract.executions, contract.signIn]) {
    expect(() => checkWritable(endpoint, readOnly, REPLICA)).not.toThrow()
  }
})

test('what Gearboard keeps itself is no write to the server', () => {
  for (const endpoint of [contract.saveView, contract.changeView, contract.deleteView])
    for (const settings of [readOnly, writable]) expect(() => checkWritable(endpoint, settings, REPLICA)).not.toThrow()
})

const post = (headers: Record<string, string>) =>
  new Request('http://gearboard.internal:3000/api/default/functions', { method: 'POST', headers })

/** What is said to a write with these headers; undefined: nothing, it is let in. */
function refusedOrigin(headers: Record<string, string>, env: Record<string, string> = {}): string | undefined {
  try {
    checkOrigin(post(headers), readSettings(env), false)
    return undefined
  } catch (error) {
    return String(error)
  }
}

const HOST = 'gearboard.example:3000'
const OWN = { host: HOST, origin: `http://${HOST}` }
const ALLOWED = { GEARBOARD_ALLOWED_HOSTS: 'gearboard.example, http://other.example:81' }
const TRUSTED = { GEARBOARD_TRUST_PROXY: '1' }
const FORWARDED = { host: '127.0.0.1:3000', 'x-forwarded-host': 'gearboard.example', 'x-forwarded-proto': 'https' }

test.each([
  ['our own page', OWN, {}],
  ['in capitals, with the default port', { host: 'Gearboard.Example', origin: 'http://gearboard.example:80' }, {}],
  [
    'TLS that ends before us, as the browser says',
    { host: HOST, origin: `https://${HOST}`, 'sec-fetch-site': 'same-origin' },
    {},
  ],
  ['a name that is allowed, by TLS', { host: '127.0.0.1:3000', origin: 'https://gearboard.example' }, ALLOWED],
  ['an origin that is allowed', { host: '127.0.0.1:3000', origin: 'http://other.example:81' }, ALLOWED],
  ['what our proxy was asked for', { ...FORWARDED, origin: 'https://gearboard.example' }, TRUSTED],
])('a write is let in from %s', (_, headers, env) => expect(refusedOrigin(headers, env)).toBeUndefined())

test.each([
  ['another port', { ...OWN, origin: 'http://gearboard.example:3001' }, ALLOWED],
  ['no port', { ...OWN, origin: 'http://gearboard.example' }, {}],
  ['another scheme', { ...OWN, origin: `https://${HOST}` }, {}],
  ['an allowed name without TLS', { host: '127.0.0.1:3000', origin: 'http://gearboard.example' }, ALLOWED],
  ['another port of an allowed name', { host: '127.0.0.1:3000', origin: 'https://gearboard.example:8443' }, ALLOWED],
  ['no origin', { ...OWN, origin: 'null' }, {}],
  ['a frame in a sandbox', { ...OWN, origin: 'null', 'sec-fetch-site': 'same-origin' }, {}],
  [
    'another name, though the browser finds it the same',
    { ...OWN, origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    {},
  ],
  ['another scheme than our proxy was asked by', { ...FORWARDED, origin: 'http://gearboard.example' }, TRUSTED],
  ['what a proxy of somebody says', { ...FORWARDED, origin: 'https://gearboard.example' }, {}],
])('and refused from %s', (_, headers, env) =>
  expect(refusedOrigin(headers, env)).toMatch('Gearboard accepts writes only from'),
)

test('what a proxy with default settings leads to says which header came, and what to set', () => {
  const origin = 'https://gearboard.example'
  const bare = refusedOrigin({ host: '127.0.0.1:3000', origin })
  expect(bare).toContain('The browser is at "https://gearboard.example" (Origin)')
  expect(bare).toContain('http://127.0.0.1:3000 (Host)')
  expect(bare).toContain('GEARBOARD_ALLOWED_HOSTS=https://gearboard.example')
  const telling = refusedOrigin({ host: '127.0.0.1:3000', origin, 'x-gearboard-ignored': 'x-forwarded-host' })
  expect(telling).toContain('x-forwarded-host')
  expect(telling).toContain('GEARBOARD_TRUST_PROXY=1')
})

test('a cookie is for TLS alone where the browser came by it', () => {
  const secure = (headers: Record<string, string>, env = {}) => isSecure(post(headers), readSettings(env))
  expect(secure({ host: HOST, origin: `https://${HOST}`, 'sec-fetch-site': 'same-origin' })).toBe(true)
  expect(secure(FORWARDED, TRUSTED)).toBe(true)
  expect(secure(FORWARDED)).toBe(false)
  expect(secure(OWN)).toBe(false)
  expect(secure({ host: HOST, origin: `https://${HOST}` })).toBe(false)
})
