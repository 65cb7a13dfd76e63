import { joinWord, type Word } from './shell-words'

/** How redis-cli gets to a server as Gearboard does. The password is never said: redis-cli takes it from REDISCLI_AUTH. */
export interface CliAccess {
  readonly tls: boolean
  /** Null: the default user. */
  readonly user: string | null
}

/** `-c`: redis-cli follows the command's key to its shard. */
interface CliOptions {
  readonly follow?: boolean
}

/** Words without a meaning to any shell; zsh looks up a program for one that begins with `=`. */
const PLAIN = /^(?!=)[A-Za-z0-9_@%+=:,./-]+$/
/**
 * The characters that a pasted line may hold unescaped: printable ASCII. A terminal acts on control characters, others
 * hide or turn the rest of the line round, and readline in the locale C takes every byte beyond ASCII for a key that
 * was pressed with Alt.
 */
const AS_IT_STANDS = /^[ -~]*$/
/** `$'…'` reads a quote and a backslash otherwise than they stand there; `!` may be read as history before the quotes are. */
const LITERAL = /[^\x20-\x7e]|['\\!]/gu
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const NUL = 0
/** Linux takes no argument above 128 KiB, and some systems no more than 256 KiB in all: longer ones are passed by standard input. */
const ARGUMENT_BYTES = 100_000

/** As they are sent: of half a surrogate pair UTF-8 knows nothing but U+FFFD. */
const bytesOf = (word: Word): Uint8Array =>
  typeof word === 'string'
    ? new TextEncoder().encode(word)
    : Uint8Array.from(atob(word.base64), (char) => char.charCodeAt(0))

const hex = (bytes: Iterable<number>): string =>
  [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')

/** Quotes one word for bash and zsh: the program receives exactly its bytes. fish, sh and PowerShell know no `$'…'`. */
function quote(word: Word): string {
  if (typeof word !== 'string') return `$'${hex(bytesOf(word))}'`
  if (PLAIN.test(word)) return word
  if (AS_IT_STANDS.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`
  return `$'${word.replace(LITERAL, (char) => NAMED[char] ?? hex(bytesOf(char)))}'`
}

/** `-h host -p port`, `-s path` of a Unix socket; an IPv6 host has brackets in an address, and none here. */
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
  const bytes = words.map(bytesOf)
  // No argument of a program can hold a NUL, nor be of any length: what redis-cli reads from its input can.
  const byInput =
    bytes.some((word) => word.includes(NUL)) || bytes.reduce((sum, { length }) => sum + length, 0) > ARGUMENT_BYTES
  if (byInput) return `${program} <<< ${quote(words.map(joinWord).join(' '))}`
  return [program, ...words.map(quote)].join(' ')
}
