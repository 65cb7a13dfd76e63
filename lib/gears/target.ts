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
  /** As the URL names it; it does nothing, since RedisGears works in database 0 (protocol 1.1), and so do we. */
  readonly db?: number
  readonly tls?: boolean
  /** The name that the sentinels know the master by. */
  readonly sentinelName?: string
}

const FORMS =
  'redis://[user:password@]host[:port][,host[:port]…], rediss://… or redis+sentinel://host[:port]/master-name'

const ENCODING =
  'reserved characters in user and password are percent-encoded (@ is %40, : is %3A, / is %2F, # is %23, ? is %3F, % is %25)'

/** More than that no server is configured with. */
const LAST_DATABASE = 9999

// The URL is never echoed: it may hold the password.
const invalid = (what: string) =>
  new GearsError('invalid_request', `connection URL: ${what}; expected ${FORMS}; ${ENCODING}`)

/**
 * Reads a connection URL. Several hosts are the seeds of a cluster. Reserved characters in user and password are percent-encoded.
 * @throws GearsError `invalid_request` naming the part that is wrong
 */
export function parseTarget(url: string): Target {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url.trim()) ?? []
  if (scheme === undefined || rest === undefined) throw invalid('scheme: there is none')
  const [, tls, sentinel] = /^redis(s?)(\+sentinel)?$/i.exec(scheme) ?? []
  if (tls === undefined) throw invalid('scheme: it is none of redis, rediss, redis+sentinel and rediss+sentinel')
  if (/[?#]/.test(rest)) throw invalid('a ? or # stands in it, and there are no options')
  const slash = rest.indexOf('/')
  const authority = slash < 0 ? rest : rest.slice(0, slash)
  const path = slash < 0 ? '' : rest.slice(slash + 1)
  if (path.includes('@')) throw invalid('user or password: a / stands in it as it is')
  const userEnd = authority.lastIndexOf('@')
  const [first, ...others] = authority
    .slice(userEnd + 1)
    .split(',')
    .map((host) => hostPort(host, sentinel ? 26379 : 6379))
  if (!first) throw invalid('host: there is none')
  const segments = path === '' ? [] : path.replace(/\/$/, '').split('/')
  const name = sentinel ? segments.shift() : undefined
  if (sentinel && !name) throw invalid('master name: there is none')
  const [db, ...more] = segments
  if (more.length > 0) throw invalid('path: more stands in it than a database number')
  return {
    hosts: [first, ...others],
    ...credentials(authority.slice(0, Math.max(userEnd, 0))),
    ...(db !== undefined && { db: database(db) }),
    ...(tls !== '' && { tls: true }),
    ...(name !== undefined && { sentinelName: decode('master name', name) }),
  }
}

function hostPort(text: string, defaultPort: number): HostPort {
  const [, v6, name, digits] = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = v6 ?? name
  if (host === undefined) throw invalid(text === '' ? 'host: there is none' : 'host or port: it is malformed')
  const port = digits === undefined ? defaultPort : Number(digits)
  if (port < 1 || port > 65535) throw invalid('port: it is not between 1 and 65535')
  return { host, port }
}

function credentials(userInfo: string): Pick<Target, 'username' | 'password'> {
  if (userInfo === '') return {}
  const colon = userInfo.indexOf(':')
  const username = decode('user', colon < 0 ? userInfo : userInfo.slice(0, colon))
  const password = colon < 0 ? undefined : decode('password', userInfo.slice(colon + 1))
  return { ...(username !== '' && { username }), ...(password !== undefined && { password }) }
}

function database(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= LAST_DATABASE)) throw invalid(`database: it is no whole number from 0 to ${LAST_DATABASE}`)
  return number
}

function decode(what: string, text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(`${what}: a % in it is not followed by two hexadecimal digits of UTF-8`)
  }
}

/** `host:port`, an IPv6 address in brackets. */
export const addressOf = ({ host, port }: HostPort): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
