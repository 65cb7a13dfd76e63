import { generateKeyPairSync } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { Authority } from '@/test/certificates'
import { GearsError } from '../errors'
import { RedisGears } from '../gears'
import { parseTarget, type Target } from './target'
import { targetFaults } from './target-faults'

const authority = new Authority()
afterAll(() => authority.remove())

const { cert, key } = authority.pair()
const ca = authority.certificate
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
const passphrase = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'secret' })
  .toString()
const otherKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const URL = 'rediss://host:6379'
const SENTINELS = 'redis+sentinel://host/mymaster'

test.each<readonly [string, Partial<Target>]>([
  [URL, {}],
  [URL, { tls: { ca } }],
  [URL, { tls: { ca: `# two of them\n${ca}\n${cert}` } }],
  [URL, { tls: { ca, cert: cert + ca, key, servername: 'redis.intern', verify: false } }],
  [URL, { tls: { servername: '10.0.0.1' } }],
  [URL, { natMap: { '203.0.113.7:6379': 'localhost:7000', '[fd00::1]:6379': '[::1]:7001' } }],
  [SENTINELS, { sentinel: { name: 'mymaster', username: 'u', password: 'p', tls: { ca } } }],
  ['unix:///run/redis.sock', {}],
])('%s with what a configuration adds has no fault', (url, more) =>
  expect(targetFaults({ ...parseTarget(url), ...more })).toEqual([]),
)

test.each<readonly [string, Partial<Target>, field: string, message: RegExp]>([
  [URL, { path: 'redis.sock', tls: false }, 'path', /absolute path/],
  [URL, { path: '/run/redis.sock' }, 'tls', /no TLS/],
  [SENTINELS, { path: '/run/redis.sock' }, 'sentinel', /by TCP/],
  [URL, { tls: { ca: 'secret' } }, 'tls.ca', /no certificate in PEM/],
  [URL, { tls: { ca: key } }, 'tls.ca', /no certificate in PEM/],
  [URL, { tls: { ca: `${ca}${ca.replace(/\n[A-Za-z]/, '\nsecret')}` } }, 'tls.ca', /certificate 2 of 2 cannot be read/],
  [URL, { tls: { cert } }, 'tls.key', /is missing/],
  [URL, { tls: { key } }, 'tls.cert', /is missing/],
  [URL, { tls: { cert, key: cert } }, 'tls.key', /no private key in PEM/],
  [URL, { tls: { cert, key: passphrase } }, 'tls.key', /passphrase/],
  [URL, { tls: { cert, key: otherKey } }, 'tls.key', /not the key of the certificate/],
  [URL, { tls: { cert, key: otherKey.replace(/\n[A-Za-z]/, '\nsecret') } }, 'tls.key', /cannot be read/],
  [URL, { tls: { servername: 'https://redis' } }, 'tls.servername', /neither a host name/],
  [SENTINELS, { sentinel: { name: '' } }, 'sentinel.name', /mymaster/],
  [SENTINELS, { sentinel: { name: 'm', username: 'u' } }, 'sentinel.password', /is missing/],
  [SENTINELS, { sentinel: { name: 'm', tls: { ca: 'x' } } }, 'sentinel.tls.ca', /PEM/],
  [URL, { natMap: { '203.0.113.7': 'h:1' } }, 'natMap["203.0.113.7"]', /announced address is not host:port/],
  [URL, { natMap: { 'h:1': 'redis://h:1' } }, 'natMap["h:1"]', /is not host:port/],
  [URL, { natMap: { '::1:6379': 'h:1' } }, 'natMap["::1:6379"]', /IPv6: \[address\]:port/],
  [
    URL,
    { natMap: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`h:${i + 1}`, 'h:1'])) },
    'natMap',
    /1000 entries/,
  ],
])('%s with %j names its fault: %s', (url, more, field, message) => {
  const target = { ...parseTarget(url), ...more }
  expect(targetFaults(target)).toEqual([{ field, message: expect.stringMatching(message) }])
  expect(JSON.stringify(targetFaults(target))).not.toContain('secret')
  const connect = () => new RedisGears(target)
  expect(connect).toThrow(GearsError)
  expect(connect).toThrow(`connection: ${field}: `)
})
