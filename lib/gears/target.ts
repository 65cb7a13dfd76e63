import { GearsError } from './errors'

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Where to connect, and as whom. */
export interface Target {
  /** Of a cluster: any of its nodes. With `sentinelName`: the sentinels. */
  readonly hosts: readonly [HostPort, ...HostPort[]]
  readonly username?: string
  readonly password?: string
  readonly db?: number
  readonly tls?: boolean
  /** The name that the sentinels know the master by. */
  readonly sentinelName?: string
}

const FORMS =
  'redis://[user:password@]host[:port][,host[:port]…], rediss://… or redis+sentinel://host[:port]/master-name'

// The URL is never echoed: it may hold the password.
const invalid = (what: string) => new GearsError('invalid_request', `connection URL: ${what}; expected ${FORMS}`)

/**
 * Reads a connection URL. Several hosts are the seeds of a cluster. Reserved characters in user and password are percent-encoded.
 * @throws GearsError `invalid_request`
 */
export function parseTarget(url: string): Target {
  const [, scheme, sentinel, authority, path] =
    /^(rediss?)(\+sentinel)?:\/\/([^/?#]*)(?:\/([^?#]*))?$/i.exec(url.trim()) ?? []
  if (scheme === undefined || authority === undefined) throw invalid('unknown form')
  const userEnd = authority.lastIndexOf('@')
  const [first, ...others] = authority
    .slice(userEnd + 1)
    .split(',')
    .map((host) => hostPort(host, sentinel ? 26379 : 6379))
  if (!first) throw invalid('no host')
  const [name, db] = sentinel ? segments(path) : [undefined, segments(path)[0]]
  if (sentinel && !name) throw invalid('no master name')
  return {
    hosts: [first, ...others],
    ...credentials(authority.slice(0, Math.max(userEnd, 0))),
    ...(db !== undefined && { db: database(db) }),
    ...(scheme.toLowerCase() === 'rediss' && { tls: true }),
    ...(name !== undefined && { sentinelName: name }),
  }
}

const segments = (path: string | undefined) => (path ? path.split('/').map(decode) : [])

function hostPort(text: string, defaultPort: number): HostPort {
  const [, v6, name, digits] = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = v6 ?? name
  if (host === undefined) throw invalid('a host is malformed')
  const port = digits === undefined ? defaultPort : Number(digits)
  if (port < 1 || port > 65535) throw invalid('a port is not between 1 and 65535')
  return { host, port }
}

function credentials(userInfo: string): Pick<Target, 'username' | 'password'> {
  if (userInfo === '') return {}
  const colon = userInfo.indexOf(':')
  const username = decode(colon < 0 ? userInfo : userInfo.slice(0, colon))
  const password = colon < 0 ? undefined : decode(userInfo.slice(colon + 1))
  return { ...(username !== '' && { username }), ...(password !== undefined && { password }) }
}

function database(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw invalid('the database is no number')
  return Number(text)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('a percent-encoding is malformed')
  }
}

/** `host:port`, an IPv6 address in brackets. */
export const addressOf = ({ host, port }: HostPort): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
