import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { FLAG_WORDS } from '../flag-words'

/** Carries the client's address to the routes. The door writes it on every request, over whatever the client sent. */
export const PEER_HEADER = 'x-gearboard-peer'
/** The headers of a proxy that Gearboard is not configured to trust, and that the door removed. For a sentence that helps. */
export const IGNORED_HEADER = 'x-gearboard-ignored'

/** Whose X-Forwarded headers count: none, those of any peer, or those of these addresses and networks. */
export type TrustedProxies = false | true | BlockList

/** A header that a request may have more than once, as one text. */
export const listed = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(',') : value

/** `::ffff:192.0.2.1` is how a socket for both protocols names an IPv4 peer. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')

/** The client that an address counts as: networks hand out IPv6 addresses by the 2^64, so the network counts. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length
  return [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...rest]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** Reads GEARBOARD_TRUST_PROXY. Undefined: it makes no sense. */
export function readTrustedProxies(text = ''): TrustedProxies | undefined {
  const word = FLAG_WORDS.get(text.trim().toLowerCase())
  if (word !== undefined) return word
  const list = new BlockList()
  return text.split(',').every((entry) => readNetwork(entry.trim(), list)) ? list : undefined
}

/** Adds an address, or a network (`10.0.0.0/8`), to a list. False: it is neither. */
export function readNetwork(entry: string, list: BlockList): boolean {
  const [address = '', bits, ...more] = entry.split('/')
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined
  const most = family === 'ipv4' ? 32 : 128
  const prefix = bits === undefined ? most : Number(bits)
  if (!family || more.length > 0 || !/^\d{0,3}$/.test(bits ?? '') || bits === '' || prefix > most) return false
  list.addSubnet(address, prefix, family)
  return true
}

/** Whether this peer is a trusted proxy. */
export function isTrusted(address: string, trusted: TrustedProxies): boolean {
  if (typeof trusted === 'boolean') return trusted
  return isIP(address) > 0 && trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/**
 * The client's address. Each proxy appends the address that it was asked from to X-Forwarded-For, so the last one that is no trusted proxy
 * is the first that a client cannot invent.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trusted: TrustedProxies): string {
  const own = plainAddress(peer)
  if (!isTrusted(own, trusted) || forwardedFor === undefined) return own
  const chain = forwardedFor.split(',').map((each) => plainAddress(each.trim()))
  const networks = typeof trusted === 'boolean' ? undefined : trusted
  let client = own
  for (const address of chain.reverse()) {
    if (isIP(address) === 0) break
    client = address
    if (!networks || !isTrusted(address, networks)) break
  }
  return client
}
