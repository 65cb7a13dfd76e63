import { joinWord, type Word } from './shell-words'

/** How redis-cli gets to a server as Gearboard does. The password is never said: redis-cli takes it from REDISCLI_AUTH. */
export interface CliAccess {
  readonly tls: boolean
  /** Null: the default user. */
  readonly user: string | null
}

/** `-c`: redis-cli goes where the key of the command lives. */
interface CliOptions {
  readonly follow?: boolean
}

/** Words that no shell reads anything into. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/
/**
 * What must not stand in a line that somebody pastes: control characters, which a terminal acts on, and characters that hide or turn others
 * round, so that the line would not be what it looks like.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/u
const NUL = 0
/** What `$'…'` reads otherwise than it stands there; `!` may be read as history before the quotes are. */
const READ_OTHERWISE = new Set(["'", '\\', '!'])

const bytesOf = (word: Word): Uint8Array =>
  typeof word === 'string'
    ? new TextEncoder().encode(word)
    : Uint8Array.from(atob(word.base64), (char) => char.charCodeAt(0))

const hex = (bytes: Iterable<number>): string =>
  [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')

/** Quotes one word for bash, zsh and ksh: the server receives exactly its bytes. */
function quote(word: Word): string {
  if (typeof word !== 'string') return `$'${hex(bytesOf(word))}'`
  if (PLAIN.test(word)) return word
  if (!UNSEEN.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`
  const escaped = [...word].map((char) => (UNSEEN.test(char) || READ_OTHERWISE.has(char) ? hex(bytesOf(char)) : char))
  return `$'${escaped.join('')}'`
}

/** `-h host -p port`, `-s path` of a Unix socket; an IPv6 host stands in brackets in an address, and without them here. */
function serverWords(address: string): readonly string[] {
  if (address.startsWith('/')) return ['-s', address]
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(address) ?? []
  const name = (host ?? address).replace(/^\[(.*)\]$/, '$1')
  return ['-h', name, ...(port === undefined ? [] : ['-p', port])]
}

/**
 * A command as one line for a shell, to one server: `redis-cli -h 10.0.0.1 -p 6379 RG.UNREGISTER 0000…-1`.
 * @param address `host:port` of that server
 */
export function redisCli(
  address: string,
  { tls, user }: CliAccess,
  words: readonly Word[],
  { follow = false }: CliOptions = {},
): string {
  const options = [
    ...serverWords(address),
    ...(tls ? ['--tls'] : []),
    ...(user === null ? [] : ['--user', user]),
    ...(follow ? ['-c'] : []),
  ]
  const program = ['redis-cli', ...options.map(quote)].join(' ')
  // No argument of a program can hold a NUL: what redis-cli reads from its input can.
  if (words.some((word) => bytesOf(word).includes(NUL))) return `${program} <<< ${quote(words.map(joinWord).join(' '))}`
  return [program, ...words.map(quote)].join(' ')
}
