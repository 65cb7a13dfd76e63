import { isIP } from 'node:net'
import { isLoopback } from '../listen-rule.mjs'

/** A name that Gearboard may be called by, besides loopback and literal addresses. */
export interface AllowedHost {
  /** Lower case, without a port. */
  readonly name: string
  /** Where its pages are: what a browser names as the origin of a write. */
  readonly origin: string
}

const NAME = /^[a-z0-9_]([\w.-]{0,251}[a-z0-9_])?$/

/**
 * An entry of GEARBOARD_ALLOWED_HOSTS: a name (`gearboard.example`), with a port where it is another than 443, or a whole origin
 * (`http://gearboard.example:8080`). Undefined: neither.
 */
export function readAllowedHost(entry: string): AllowedHost | undefined {
  const address = entry.includes('://') ? entry : `https://${entry}`
  if (!URL.canParse(address)) return undefined
  const { protocol, hostname, origin, pathname, search, hash, username } = new URL(address)
  const isBare = pathname === '/' && search === '' && hash === '' && username === '' && !/[/?#@]$/.test(entry)
  const isHttp = protocol === 'https:' || protocol === 'http:'
  if (!isHttp || !isBare || !(NAME.test(hostname) || isIP(hostname.replace(/[[\]]/g, '')) > 0)) return undefined
  return { name: hostname, origin }
}

/** Of a Host header: lower case, without its port. */
export const nameOf = (host: string): string => host.toLowerCase().replace(/:\d*$/, '')

/** Names that a page of another site cannot have, since they cannot be made to resolve elsewhere. */
export const isOwnByNature = (name: string): boolean => isLoopback(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) > 0
