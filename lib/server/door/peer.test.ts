import { expect, test } from 'vitest'
import { clientAddress, isTrusted, networkOf, readTrustedProxies } from './peer'

const networks = readTrustedProxies('127.0.0.1, 10.0.0.0/8,2001:db8::/32') ?? false

test.each([
  ['1.1.1.1, 203.0.113.9', true, '203.0.113.9'],
  ['203.0.113.9', true, '203.0.113.9'],
  ['forged, 203.0.113.9', true, '203.0.113.9'],
  ['203.0.113.9, junk', true, '127.0.0.1'],
  ['', true, '127.0.0.1'],
  [undefined, true, '127.0.0.1'],
  ['::ffff:203.0.113.9', true, '203.0.113.9'],
  ['1.1.1.1, 203.0.113.9, 10.1.2.3, 2001:db8::5', networks, '203.0.113.9'],
  ['10.0.0.1, 10.0.0.2', networks, '10.0.0.1'],
  ['203.0.113.9, junk, 10.0.0.2', networks, '10.0.0.2'],
  ['203.0.113.9', false, '127.0.0.1'],
] as const)('of %j, with %o trusted, it is %s', (chain, trusted, client) => {
  expect(clientAddress('::ffff:127.0.0.1', chain, trusted)).toBe(client)
})

test('a peer that is no proxy of ours is believed nothing', () => {
  expect(clientAddress('192.0.2.1', '203.0.113.9', networks)).toBe('192.0.2.1')
})

test.each(['yes please', '10.0.0.0/33', '10.0.0', '2001:db8::/129', 'proxy.example', '10.0.0.0/', '10.0.0.0/8/8', ','])(
  '%j names no proxies',
  (text) => expect(readTrustedProxies(text)).toBeUndefined(),
)

test.each([
  [undefined, false],
  ['', false],
  ['0', false],
  ['1', true],
  ['yes', true],
])('%j is %o', (text, value) => expect(readTrustedProxies(text)).toBe(value))

test('networks of both kinds', () => {
  for (const address of ['10.255.0.1', '127.0.0.1', '2001:db8:1::1']) expect(isTrusted(address, networks)).toBe(true)
  for (const address of ['11.0.0.1', '127.0.0.2', '2001:db9::1', '']) expect(isTrusted(address, networks)).toBe(false)
})

test('a network of IPv6 counts as one, an address of IPv4 for itself', () => {
  const one = ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:0db8::3', '2001:DB8::4', '2001:db8:0:0:1:2:3:4']
  expect(new Set(one.map(networkOf)).size).toBe(1)
  const others = ['2001:db8:0:1::1', '2001:db9::1', '::1', 'fe80::1', '192.0.2.1', '192.0.2.2', '']
  expect(new Set([...one, ...others].map(networkOf)).size).toBe(1 + others.length)
})

test.each([
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1::5:6', '2001:db8:1:0'],
  ['1:2:3::4:5:6:7', '1:2:3:0'],
  ['::1', '0:0:0:0'],
  ['::2:3:4:5:6:7:8', '0:2:3:4'],
  ['1::', '1:0:0:0'],
  ['1::2:3:4:5:6:7', '1:0:2:3'],
  ['1:2::3:4:5:6:7', '1:2:0:3'],
  ['FE80::0001', 'fe80:0:0:0'],
  ['192.0.2.1', '192.0.2.1'],
])('%s counts for %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
