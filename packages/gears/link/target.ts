import { isIPv6 } from 'node:net'
import { GearsError } from '../errors'
import { splitWords } from '../vocabulary/shell-words'

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Where a server is reached: through a unix socket of this machine if it has a path, by host and port otherwise. */
export interface ServerAddress extends HostPort {
  readonly path?: string
}

/** How a connection is encrypted. Certificates and keys are PEM texts. */
export interface TlsSettings {
  /** The authorities to trust, instead of those that Node knows. */
  readonly ca?: string
  /** The client certificate with its chain, and its key, which has no passphrase. */
  readonly cert?: string
  readonly key?: string
  /** The name or address that the certificate must contain, where it is not the host. */
  readonly servername?: string
  /** False accepts any certificate, so that any machine on the way can read and change everything. True. */
  readonly verify?: boolean
}

/** The sentinels that are asked where the master is. */
export interface SentinelSettings {
  /** What they call the master; case-sensitive. */
  readonly name: string
  /** Of the sentinels: user and password of the target are the master's, and are not sent to sentinels. */
  readonly username?: string
  readonly password?: string
  /**
   * Absent: TLS as for the master. A sentinel that does not speak it is then asked without, unless that would send its
   * password unencrypted.
   */
  readonly tls?: boolean | TlsSettings
}

/** Where to connect, and as which user. `targetFaults` checks what no URL can express. */
export interface Target {
  /** Of a cluster: any of its nodes. With `sentinel`: the sentinels. With `path`: where nodes are that announce a loopback address. */
  readonly hosts: readonly [HostPort, ...HostPort[]]
  /** A unix socket of this machine, by its absolute path. */
  readonly path?: string
  readonly username?: string
  readonly password?: string
  /** As the URL names it; it does nothing, since RedisGears works in database 0 (protocol 1.1), and so do we. */
  readonly db?: number
  readonly tls?: boolean | TlsSettings
  readonly sentinel?: SentinelSettings
  /** `host:port` as a cluster or a sentinel announces a node → `host:port` where it is reached. IPv6 addresses in brackets. */
  readonly natMap?: Readonly<Record<string, string>>
}

const FORMS =
  'redis://[user:password@]host[:port][,host[:port]…], rediss://… for TLS, redis+sentinel://[user:password@]sentinel[:port][,sentinel[:port]…]/master-name, or unix:///path/to/redis.sock'

const ENCODING =
  'reserved characters in user and password are percent-encoded (@ is %40, : is %3A, / is %2F, # is %23, ? is %3F, % is %25)'

/** More than that no server is configured with. */
const LAST_DATABASE = 9999
/** A URL that is longer is something else. */
const MOST_CHARS = 8192

// The URL is never echoed: it may hold the password, in any position.
const invalid = (part: string, what: string) =>
  new GearsError('invalid_request', `connection URL: ${part}: ${what}; expected ${FORMS}; ${ENCODING}`)

const SOCKET = 'for a unix socket write unix:///path/to/redis.sock'
const TLS_SCHEME = 'for TLS write rediss:// instead'
const SENTINEL_SCHEME = 'write redis+sentinel://host:26379/master-name instead'
const PLAIN_SCHEME = 'write redis:// instead, or rediss:// for TLS'

/** Words that other programs use, with what is said here instead. */
type Translations = readonly (readonly [advice: string, words: readonly string[]])[]

const mapOf = (translations: Translations): ReadonlyMap<string, string> =>
  new Map(translations.flatMap(([advice, words]) => words.map((word) => [word, advice] as const)))

const OTHER_SCHEMES = mapOf([
  [`it is for web addresses; Redis has its own port and protocol: ${PLAIN_SCHEME}`, ['http', 'https', 'ws', 'wss']],
  [PLAIN_SCHEME, ['tcp', 'valkey', 'redict', 'keydb', 'resp']],
  [TLS_SCHEME, ['tls', 'ssl', 'valkeys', 'redis+tls', 'redis+ssl', 'redis-tls', 'redis-ssl', 'tcp+tls']],
  [SENTINEL_SCHEME, ['sentinel', 'redis-sentinel', 'redis_sentinel', 'valkey+sentinel', 'valkey-sentinel']],
  ['write rediss+sentinel://host:26379/master-name instead', ['sentinels', 'rediss-sentinel', 'redis+sentinels']],
  [`a cluster is detected automatically: ${PLAIN_SCHEME}`, ['cluster', 'redis-cluster', 'redis+cluster']],
  [`a cluster is detected automatically: ${TLS_SCHEME}`, ['rediss-cluster', 'rediss+cluster']],
  [SOCKET, ['unix+redis', 'redis-unix', 'redis+socket', 'redis-socket', 'valkey+unix', 'file']],
  ['a unix socket has no TLS; write unix:///path/to/redis.sock', ['rediss+unix', 'unixs', 'unix+tls']],
])

const SOCKET_SCHEMES: ReadonlySet<string> = new Set(['unix', 'redis+unix'])

/** The delimiters around a URL in the text that it was copied from: the first opens, the second closes. */
const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['<', '>'],
  ['“', '”'],
  ['„', '“'],
  ['‘', '’'],
  ['«', '»'],
]

/**
 * Reads a connection URL. Several hosts are the seeds of a cluster. Reserved characters in user and password are percent-encoded; `@` and `:` in
 * a password are understood as they are. Blanks and quotation marks around it, and the options `db`, `ssl` and `tls`, are understood.
 * @throws GearsError `invalid_request` naming the part that is wrong and what is right, never the URL
 */
export function parseTarget(url: string): Target {
  const text = unquoted(url)
  const colon = text.indexOf('://')
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase()
  if (!/^[a-z][a-z0-9+._-]*$/.test(scheme)) throw withoutScheme(text)
  if (SOCKET_SCHEMES.has(scheme)) return socketTarget(text.slice(colon + 3))
  const [, tls, sentinel] = /^redis(s?)(\+sentinel)?$/.exec(scheme) ?? []
  if (tls === undefined)
    throw invalid(
      'scheme',
      OTHER_SCHEMES.get(scheme) ?? 'it must be redis, rediss, redis+sentinel, rediss+sentinel or unix',
    )
  const { userInfo, hosts, path, query } = partsOf(text.slice(colon + 3))
  const { db, encrypted } = optionsOf(query, tls !== '')
  const [first, ...others] = hosts
    .split(',')
    .map((host) => hostPort(host.trim(), sentinel ? 26379 : 6379, userInfo === undefined))
  if (!first) throw invalid('host', 'there is none')
  const segments = path.replace(/\/$/, '').split('/').slice(1)
  const name = sentinel ? segments.shift() : undefined
  if (sentinel && !name)
    throw invalid('master name', 'there is none; it follows the sentinels: redis+sentinel://host:26379/mymaster')
  const number = databaseOf(segments, db)
  return {
    hosts: [first, ...others],
    ...credentials(userInfo ?? ''),
    ...(number !== undefined && { db: number }),
    ...(encrypted && { tls: true }),
    ...(name !== undefined && { sentinel: { name: decode('master name', name) } }),
  }
}

/** On the machine of a unix socket: where nodes are that announce a loopback address. */
const THIS_MACHINE: HostPort = { host: '127.0.0.1', port: 6379 }

/** What follows `unix://`: `[user:password@]/path/to/redis.sock[?db=0]`. */
function socketTarget(rest: string): Target {
  // A path may hold an @ itself.
  const { userInfo, hosts, path, query } = partsOf(rest.startsWith('/') ? `@${rest.replaceAll('@', '%40')}` : rest)
  if (hosts !== '') throw invalid('path', 'it is absolute, after three slashes: unix:///path/to/redis.sock')
  const { db, encrypted } = optionsOf(query, false)
  if (encrypted) throw invalid('options', 'a unix socket has no TLS; remove the option')
  const number = databaseOf([], db)
  const decoded = decode('path', path)
  const fault = pathFault(decoded)
  if (fault !== undefined) throw invalid('path', fault)
  return {
    hosts: [THIS_MACHINE],
    path: decoded,
    ...credentials(userInfo ?? ''),
    ...(number !== undefined && { db: number }),
  }
}

/** What the operating systems take, bytes: 107 on Linux, 103 on macOS. */
const MOST_PATH_BYTES = 107

/** Why no unix socket can have this path; undefined where one can. */
export function pathFault(path: string): string | undefined {
  if (!/^\/.*[^/]$/.test(path)) return 'it must be an absolute path to a socket, such as /run/redis/redis.sock'
  if (/\p{Cc}/u.test(path)) return 'it contains a control character'
  if (Buffer.byteLength(path) > MOST_PATH_BYTES)
    return `it is longer than ${MOST_PATH_BYTES} bytes, the limit for a socket`
  return undefined
}

function unquoted(url: string): string {
  if (url.length > MOST_CHARS) throw invalid('length', `it is longer than ${MOST_CHARS} characters`)
  let text = url.trim()
  if (/^(export\s+)?\w+=/.test(text))
    throw invalid('beginning', 'it starts with a variable name; use only the part after the =')
  for (const [open, close] of QUOTES)
    if (text.length > 1 && text.startsWith(open) && text.endsWith(close)) text = text.slice(1, -1).trim()
  if (/^["'`<“„‘«]|["'`>“”’»]$/.test(text))
    throw invalid('quotation mark', 'there is only one, at the start or the end; remove it')
  // They come along from a page or a terminal.
  if (/[\p{Cc}\p{Cf}]/u.test(text))
    throw invalid('line break', 'it contains a line break or an invisible character; percent-encode it in a password')
  return text
}

/** Why what has no scheme cannot be read, with what it probably is. */
function withoutScheme(text: string): GearsError {
  if (text === '') return invalid('scheme', 'there is none: it is empty')
  if (/(^|[\s/])(redis|valkey)-cli\s/.test(text)) return ofCommandLine(text)
  if (/^[./~]*\/[^/]|\.sock$/.test(text)) return invalid('scheme', `there is none. ${SOCKET}`)
  if (/^(redis|rediss|redis\+sentinel|rediss\+sentinel):?\/?\/?/i.test(text) && !/^[\w.-]+:\d+$/.test(text))
    return invalid('scheme', 'it must be followed by ://, as in redis://host:6379')
  return invalid('scheme', 'there is none; write redis:// in front of the host, or rediss:// for TLS')
}

/** The URL for a redis-cli command line. User and password are replaced by placeholders. */
function ofCommandLine(line: string): GearsError {
  const split = splitWords(line)
  const words = 'words' in split ? split.words.map(String) : []
  const behind = (option: string) => words[words.indexOf(option, 1) + 1]
  const has = (...options: readonly string[]) => options.some((option) => words.includes(option))
  if (has('-u', '--uri')) return invalid('redis-cli', 'this is a command; use only the URL after -u')
  if (has('-s')) return invalid('redis-cli', `this is a command, not a URL; ${SOCKET}`)
  const [host, port] = [has('-h') ? behind('-h') : undefined, has('-p') ? behind('-p') : undefined]
  const user = has('-a', '--pass', '--user', '--askpass') ? (has('--user') ? 'user:password@' : ':password@') : ''
  const named =
    host !== undefined && HOST_NAME.test(host) ? host : host !== undefined && isIPv6(host) ? `[${host}]` : undefined
  const at = `${host === undefined ? '127.0.0.1' : (named ?? 'host')}:${port !== undefined && /^\d{1,5}$/.test(port) ? port : '6379'}`
  return invalid(
    'redis-cli',
    `this is a command, not a URL; as a URL it is redis${has('--tls') ? 's' : ''}://${user}${at}`,
  )
}

interface Parts {
  /** Undefined: there is no `@`. */
  readonly userInfo: string | undefined
  readonly hosts: string
  /** With its leading slash; '' where there is none. */
  readonly path: string
  readonly query: string
}

/** Takes apart what follows the scheme. User and password end at the last `@`. @throws GearsError where they hold what they must not */
function partsOf(rest: string): Parts {
  if (/,\s*redis(s|\+sentinel|s\+sentinel)?:\/\//i.test(rest))
    throw invalid('hosts', 'write the scheme once, before the first host: redis://a:6379,b:6379')
  const at = rest.lastIndexOf('@')
  const userInfo = at < 0 ? undefined : rest.slice(0, at)
  if (userInfo !== undefined) checkUserInfo(userInfo)
  const behind = rest.slice(at + 1)
  const hash = behind.indexOf('#')
  if (hash >= 0) throw invalid('#', 'nothing can follow the host there; in user and password write %23 for it')
  const question = behind.indexOf('?')
  const address = question < 0 ? behind : behind.slice(0, question)
  const slash = address.indexOf('/')
  return {
    userInfo,
    hosts: slash < 0 ? address : address.slice(0, slash),
    path: slash < 0 ? '' : address.slice(slash),
    query: question < 0 ? '' : behind.slice(question + 1),
  }
}

function checkUserInfo(userInfo: string): void {
  const first = userInfo.indexOf('@')
  // `a:6379?name=x@y`: the host is behind an @ already.
  if (first >= 0 && userInfo.includes('?', first))
    throw invalid('options', `there is a ? before the last @: in user and password write %3F for it; ${OPTIONS}`)
  if (first >= 0 && userInfo.includes(',', first))
    throw invalid(
      'hosts',
      'write user and password once, before the first host; in a password write %2C for a comma and %40 for an @',
    )
  const colon = userInfo.indexOf(':')
  const [user, password] = colon < 0 ? [userInfo, ''] : [userInfo.slice(0, colon), userInfo.slice(colon + 1)]
  const wrong = [user, password].map(unencoded)
  const [ofUser = [], ofPassword = []] = wrong
  const chars = [...new Set(wrong.flat())]
  if (chars.length === 0) return
  const part = ofUser.length === 0 ? 'password' : ofPassword.length === 0 ? 'user' : 'user and password'
  throw invalid(part, `write ${chars.map((char) => `${ENCODED[char]} for ${char}`).join(', ')} there`)
}

const ENCODED = { '/': '%2F', '?': '%3F', '#': '%23', '%': '%25' } as const

/** The reserved characters that stand in it as they are, each once. */
function unencoded(text: string): readonly (keyof typeof ENCODED)[] {
  const found: (keyof typeof ENCODED)[] = []
  if (text.includes('/')) found.push('/')
  if (text.includes('?')) found.push('?')
  if (text.includes('#')) found.push('#')
  if (/%(?![0-9a-f]{2})/i.test(text)) found.push('%')
  return found
}

const OPTIONS = 'the supported options are db, ssl and tls'
const CHECKED =
  'a URL cannot configure certificates. To trust your own authority, set NODE_EXTRA_CA_CERTS to its file, or set tls.ca of the connection. Remove the option'

const OTHER_OPTIONS = mapOf([
  [
    'write user and password before the host: redis://user:password@host',
    ['user', 'username', 'password', 'auth', 'pass'],
  ],
  [SENTINEL_SCHEME, ['sentinelmasterid', 'sentinel', 'master', 'mastername', 'service_name']],
  [CHECKED, ['ssl_cert_reqs', 'ssl_ca_certs', 'ssl_check_hostname', 'verify', 'insecure', 'cacert']],
])

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ...['', 'true', '1', 'yes', 'on', 'required'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
])

/**
 * The part after the `?`.
 * @param tls the scheme says so
 */
function optionsOf(query: string, tls: boolean): { readonly db: string | undefined; readonly encrypted: boolean } {
  let db: string | undefined
  let encrypted = tls
  for (const option of query.split('&').filter((each) => each !== '')) {
    const equals = option.indexOf('=')
    const name = (equals < 0 ? option : option.slice(0, equals)).toLowerCase()
    const value = equals < 0 ? '' : option.slice(equals + 1)
    if (name === 'db' || name === 'database') db = value
    else if (name === 'ssl' || name === 'tls') {
      const wanted = FLAGS.get(value.toLowerCase())
      if (wanted === undefined) throw invalid('options', `${name} is neither true nor false`)
      if (tls && !wanted)
        throw invalid('options', `rediss:// means TLS, but ${name} turns it off; write redis:// instead`)
      encrypted = wanted
    } else
      throw invalid(
        'options',
        OTHER_OPTIONS.get(name) ?? `one after the ? is unknown; ${OPTIONS}; in a password write %3F for ?`,
      )
  }
  return { db, encrypted }
}

/** A letter or digit of any script, as in names that are no ASCII yet. */
const HOST_NAME = /^[\p{L}\p{N}._-]+$/u

/** @param bare no user and no password stand before it: what is wrong may be one */
function hostPort(text: string, defaultPort: number, bare: boolean): HostPort {
  if (text === '') throw invalid('host', 'there is none')
  if (/[${}]/.test(text)) throw invalid('host', 'a variable in it was not replaced by its value')
  if (/[<>]/.test(text)) throw invalid('host', 'replace the placeholder between < and >')
  if (/\s/.test(text)) throw invalid('hosts', 'they are separated by a space; use commas: redis://a:6379,b:6379')
  if (text.startsWith('[')) {
    const [, address, digits] = /^\[([^\]]*)\](?::(.*))?$/.exec(text) ?? []
    if (address === undefined) throw invalid('host', 'the bracket of an IPv6 address is not closed: redis://[::1]:6379')
    return { host: ipv6(address), port: portOf(digits, defaultPort, bare) }
  }
  const [host = '', digits, ...more] = text.split(':')
  if (more.length > 0) {
    const right = 'write an IPv6 address in brackets: redis://[::1]:6379'
    throw invalid('host or port', bare ? `it contains more than one colon; ${right}; a password ends in @` : right)
  }
  if (host === '')
    throw invalid('host', bare ? 'there is none; a password ends in @: redis://:password@host:6379' : 'there is none')
  if (!HOST_NAME.test(host)) throw invalid('host', 'it contains a character that host names cannot have')
  return { host, port: portOf(digits, defaultPort, bare) }
}

/** The zone of a link-local address follows `%25`, or `%` as other programs print it. */
function ipv6(text: string): string {
  const [address = '', ...zones] = text.split('%')
  const zone = zones.join('%').replace(/^25(?=.)/, '')
  if (!isIPv6(address) || zones.length > 1 || (zones.length === 1 && !/^[\w.-]+$/.test(zone)))
    throw invalid('host', 'the brackets contain no IPv6 address: redis://[fe80::1%25eth0]:6379')
  return zones.length === 0 ? address : `${address}%${zone}`
}

function portOf(digits: string | undefined, defaultPort: number, bare: boolean): number {
  if (digits === undefined) return defaultPort
  if (digits === '') throw invalid('port', 'there is none after the colon')
  if (!/^\d+$/.test(digits))
    throw invalid(
      'port',
      bare
        ? 'it is not a number; a password is followed by @ and the host: redis://user:password@host:6379'
        : 'it is not a number',
    )
  const port = Number(digits)
  if (port < 1 || port > 65535) throw invalid('port', 'it is not between 1 and 65535')
  return port
}

function credentials(userInfo: string): Pick<Target, 'username' | 'password'> {
  if (userInfo === '') return {}
  const colon = userInfo.indexOf(':')
  const username = decode('user', colon < 0 ? userInfo : userInfo.slice(0, colon))
  const password = colon < 0 ? undefined : decode('password', userInfo.slice(colon + 1))
  return { ...(username !== '' && { username }), ...(password !== undefined && { password }) }
}

/** The database number of the path or of the options. */
function databaseOf([text, ...more]: readonly string[], option: string | undefined): number | undefined {
  if (more.length > 0) throw invalid('path', 'it contains more than a database number')
  const told = [text, option].filter((each) => each !== undefined).map(database)
  if (told.length > 1 && told[0] !== told[1])
    throw invalid('database', 'the path and the option db name different ones')
  return told[0]
}

function database(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= LAST_DATABASE))
    throw invalid('database', `it is not a whole number from 0 to ${LAST_DATABASE}; it cannot be a socket or a name`)
  return number
}

function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(part, 'a % in it is not followed by two hexadecimal digits of UTF-8; write %25 for a % itself')
  }
}

/** The URL without user, password and database: `redis+sentinel://s1:26379,s2:26379/mymaster`. */
export function addressInWords({ hosts, path, tls, sentinel }: Target): string {
  if (path !== undefined) return `unix://${path}`
  const at = hosts.map(addressOf).join(',')
  const scheme = tls ? 'rediss' : 'redis'
  return sentinel === undefined
    ? `${scheme}://${at}`
    : `${scheme}+sentinel://${at}/${encodeURIComponent(sentinel.name)}`
}

/** `host:port`, an IPv6 address in brackets; the path of a unix socket. */
export const addressOf = ({ host, port, path }: ServerAddress): string =>
  path ?? (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)

/** Reads `host:port`, an IPv6 address in brackets; undefined for anything else. */
export function parseAddress(text: string): HostPort | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || !(port >= 1 && port <= 65535)) return undefined
  const known = bracketed === undefined ? HOST_NAME.test(host) : isIPv6(host.split('%', 1)[0] ?? '')
  return known ? { host, port } : undefined
}
