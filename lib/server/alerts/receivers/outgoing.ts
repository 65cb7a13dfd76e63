import { promises as dns, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { readNetwork } from '../../door/peer'
import { isListed, reachOf } from './addresses'
import { SendFailure } from './send-result'

/** What GEARBOARD_ALERTS_ALLOW lists: where alerts may be sent although the address is private. */
export interface AlertsAllow {
  readonly networks: BlockList
  /** Lower case. */
  readonly names: ReadonlySet<string>
}

const HOST_NAME = /^[a-z\d_]([\w.-]{0,251}[a-z\d_])?$/

/** Addresses, networks and host names, comma-separated. Undefined: it makes no sense. */
export function readAlertsAllow(text: string): AlertsAllow | undefined {
  const networks = new BlockList()
  const names = new Set<string>()
  for (const entry of text.split(',').map((each) => each.trim().toLowerCase())) {
    if (entry === '' || readNetwork(entry, networks)) continue
    // Digits and dots that are no address would be a name that never resolves.
    if (!HOST_NAME.test(entry) || /^[\d.]+$/.test(entry)) return undefined
    names.add(entry)
  }
  return { networks, names }
}

/** A host whose name was resolved, once: these addresses are connected to, and no others. */
export interface ResolvedHost {
  /** As it was given: for SNI, certificates and Host. */
  readonly host: string
  /** One of its addresses is private; it may be reached because GEARBOARD_ALERTS_ALLOW lists it. */
  readonly isPrivate: boolean
  /** For sockets, which ask again: answers what was resolved. */
  readonly lookup: LookupFunction
}

export type ResolveHost = (host: string) => Promise<readonly LookupAddress[]>

const bySystem: ResolveHost = (host) => dns.lookup(host, { all: true })

/**
 * Decides where alerts may be sent. Receivers are addresses that an admin types: without this, Gearboard would be a way to services that only
 * its own machine reaches.
 */
export class OutgoingGuard {
  constructor(
    private readonly allowed: AlertsAllow,
    private readonly resolveHost: ResolveHost = bySystem,
  ) {}

  /** @param host a name or an address, without brackets @throws SendFailure where it may not be reached, or has no address */
  async resolve(host: string): Promise<ResolvedHost> {
    const addresses = await this.addressesOf(host)
    for (const { address } of addresses) this.check(host, address)
    return {
      host,
      isPrivate: addresses.every(({ address }) => reachOf(address) === 'private'),
      lookup: (_host, { all }, done) => {
        const [first] = addresses
        if (all) done(null, [...addresses])
        else if (first) done(null, first.address, first.family)
      },
    }
  }

  /** Why an address is refused; undefined for one that may be reached, and for a name, which is resolved when something is sent. */
  refusalOf(host: string): string | undefined {
    if (isIP(host) === 0) return undefined
    try {
      this.check(host, host)
      return undefined
    } catch (error) {
      if (error instanceof SendFailure) return error.message
      throw error
    }
  }

  private async addressesOf(host: string): Promise<readonly LookupAddress[]> {
    const family = isIP(host)
    if (family > 0) return [{ address: host, family }]
    const addresses = await this.resolveHost(host).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer'
      throw new SendFailure(`The name ${host} could not be resolved (${code}).`, { retry: true })
    })
    if (addresses.length === 0) throw new SendFailure(`The name ${host} has no address.`, { retry: true })
    return addresses
  }

  private check(host: string, address: string): void {
    const reach = reachOf(address)
    if (reach === 'public') return
    const named = host === address ? address : `${host} resolves to ${address}, which`
    if (reach === 'forbidden')
      throw new SendFailure(`${named} is a link-local, metadata or special address: Gearboard never sends there.`)
    if (this.allowed.names.has(host.toLowerCase()) || isListed(address, this.allowed.networks)) return
    const entry = host === address ? address : `${address} or ${host.toLowerCase()}`
    throw new SendFailure(`${named} is a private address. To allow it, add ${entry} to GEARBOARD_ALERTS_ALLOW.`)
  }
}
