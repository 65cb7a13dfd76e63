import { BlockList, isIPv6 } from 'node:net'
import { readNetwork } from '../../door/peer'

/** What Gearboard may connect to: any host, only those that GEARBOARD_ALERTS_ALLOW lists, or none. */
export type AddressReach = 'public' | 'private' | 'forbidden'

const listOf = (...networks: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const network of networks) if (!readNetwork(network, list)) throw new Error(`${network} is no network`)
  return list
}

/**
 * Link-local addresses, where clouds answer with credentials; the metadata services that have other addresses (AWS by IPv6, Alibaba, Azure,
 * Oracle); addresses of no single host (unspecified, multicast, reserved); and Teredo, which names an IPv4 host in disguise.
 */
const FORBIDDEN = listOf(
  ...['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32', '100.100.100.200', '168.63.129.16', '192.0.0.0/24'],
  ...['0.0.0.0/8', '::/128', '224.0.0.0/4', '240.0.0.0/4', 'ff00::/8', '2001::/32'],
)

/** RFC 1918, loopback, carriers' NAT, benchmarks, and their counterparts of IPv6. */
const PRIVATE = listOf(
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '100.64.0.0/10', '198.18.0.0/15'],
  ...['::1/128', 'fc00::/7', 'fec0::/10'],
)

/** Each prefix of 8 groups behind which an IPv6 address carries one of IPv4, and the group at which that begins. */
const CARRIERS: readonly (readonly [prefix: readonly (number | undefined)[], at: number])[] = [
  [[0, 0, 0, 0, 0, 0xffff], 6], // mapped
  [[0, 0, 0, 0, 0xffff, 0], 6], // translated (SIIT)
  [[0, 0, 0, 0, 0, 0], 6], // compatible
  [[0x64, 0xff9b, 0, 0, 0, 0], 6], // NAT64
  [[0x64, 0xff9b, 1, undefined, undefined, undefined], 6], // NAT64 of a network's own
  [[0x2002], 1], // 6to4
]

const isIn = (list: BlockList, address: string): boolean => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

/** Of `fe80::1%eth0`, the address. */
const withoutZone = (address: string): string => address.split('%', 1).join('')

/** @param address of IPv4 or IPv6, a zone at its end or not */
export function reachOf(address: string): AddressReach {
  const plain = withoutZone(address)
  const all = [plain, ...carriedBy(plain)]
  if (all.some((each) => isIn(FORBIDDEN, each))) return 'forbidden'
  return all.some((each) => isIn(PRIVATE, each)) ? 'private' : 'public'
}

/** Whether a network of the list holds the address, or the IPv4 address that it carries. */
export const isListed = (address: string, networks: BlockList): boolean => {
  const plain = withoutZone(address)
  return [plain, ...carriedBy(plain)].some((each) => isIn(networks, each))
}

/** The IPv4 addresses that a gateway may take it for. `::1` is the loopback, and not 0.0.0.1. */
function carriedBy(address: string): readonly string[] {
  if (!isIPv6(address) || address === '::1' || address === '::') return []
  const groups = groupsOf(address)
  return CARRIERS.flatMap(([prefix, at]) => {
    const high = groups[at]
    const low = groups[at + 1]
    const isCarrier = prefix.every((group, index) => group === undefined || groups[index] === group)
    return isCarrier && high !== undefined && low !== undefined
      ? [[high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')]
      : []
  })
}

/** The eight groups of an IPv6 address. URL writes an IPv4 address at its end as groups. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')))
  const given = [...(before ?? []), ...(after ?? [])]
  const zeros = Array<string>(8 - given.length).fill('0')
  return [...(before ?? []), ...zeros, ...(after ?? [])].map((group) => Number.parseInt(group, 16))
}
