import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { readNetwork } from '../../door/peer'
import { isListed, reachOf } from './addresses'

test.each([
  ['link-local', '169.254.169.254'],
  ['link-local, its first', '169.254.0.0'],
  ['link-local, its last', '169.254.255.255'],
  ['link-local of IPv6', 'fe80::1'],
  ['link-local of IPv6 with a zone', 'fe80::1%eth0'],
  ['link-local, mapped', '::ffff:169.254.169.254'],
  ['link-local, mapped, as groups', '::ffff:a9fe:a9fe'],
  ['link-local, mapped, in full', '0:0:0:0:0:ffff:a9fe:a9fe'],
  ['link-local, compatible', '::a9fe:a9fe'],
  ['link-local, translated', '::ffff:0:a9fe:a9fe'],
  ['link-local by NAT64', '64:ff9b::169.254.169.254'],
  ['link-local by a NAT64 of one’s own', '64:ff9b:1:2::a9fe:a9fe'],
  ['link-local by 6to4', '2002:a9fe:a9fe::1'],
  ['by Teredo', '2001:0:a9fe:a9fe::1'],
  ['metadata of AWS by IPv6', 'fd00:ec2::254'],
  ['metadata of Alibaba', '100.100.100.200'],
  ['metadata of Alibaba, mapped', '::ffff:100.100.100.200'],
  ['metadata of Azure', '168.63.129.16'],
  ['metadata of Oracle', '192.0.0.192'],
  ['unspecified, which connects to loopback', '0.0.0.0'],
  ['unspecified of IPv6', '::'],
  ['multicast', '224.0.0.1'],
  ['multicast of IPv6', 'ff02::1'],
  ['broadcast', '255.255.255.255'],
])('%s is never reached: %s', (_, address) => expect(reachOf(address)).toBe('forbidden'))

test.each([
  '127.0.0.1',
  '127.255.0.9',
  '::1',
  '::ffff:127.0.0.1',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '::ffff:192.168.1.1',
  '100.64.0.1',
  '198.18.0.1',
  'fd12:3456::1',
  'fec0::1',
  '2002:a00:1::1',
  '64:ff9b::10.0.0.1',
])('%s is private', (address) => expect(reachOf(address)).toBe('private'))

test.each([
  '93.184.216.34',
  '172.15.255.255',
  '172.32.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '2606:2800:220:1::1',
  '2002:5db8:d822::1',
  '64:ff9b::93.184.216.34',
  'fe00::1',
])('%s is public', (address) => expect(reachOf(address)).toBe('public'))

test('a network of a list holds the IPv4 address that one of IPv6 carries', () => {
  const list = new BlockList()
  readNetwork('10.0.0.0/8', list)
  readNetwork('fd00::/8', list)
  for (const inside of ['10.1.2.3', '::ffff:10.1.2.3', 'fd00::1', 'fd00::1%eth0'])
    expect(isListed(inside, list)).toBe(true)
  for (const outside of ['11.0.0.1', '::ffff:11.0.0.1', '127.0.0.1', 'fe80::1'])
    expect(isListed(outside, list)).toBe(false)
})
