import { tlsProblem } from './link/tls-problem'
import type { ErrorBody, ErrorCode, ErrorDetail } from './vocabulary/errors'
import { refusalInWords, refusalOfReply, type ServerRefusal } from './vocabulary/server-refusal'

export type GearsErrorCode = Extract<
  ErrorCode,
  'unreachable' | 'timeout' | 'module_missing' | 'rejected' | 'bad_reply' | 'not_found' | 'invalid_request'
>

interface Where {
  /** The command's name, `RG.UNREGISTER`. */
  readonly command?: string
  /** `host:port` of the server that was asked. */
  readonly address?: string
  readonly details?: readonly ErrorDetail[]
  /** The server is there and refuses service: why. */
  readonly refusal?: ServerRefusal | undefined
  /** No byte of the command was written. */
  readonly notSent?: true
}

/**
 * Whatever goes wrong between us and the server. `message` is the server's words verbatim for `rejected` and `module_missing`, the
 * place for `bad_reply`. It carries no `cause`: ioredis attaches the arguments to its errors, and AUTH's are the password.
 */
export class GearsError extends Error implements ErrorBody {
  override readonly name = 'GearsError'
  readonly command: string | undefined
  readonly address?: string
  readonly details?: readonly ErrorDetail[]
  readonly refusal?: ServerRefusal
  /** No byte of the command was written: the server cannot have carried it out. */
  readonly notSent?: true

  constructor(
    readonly code: GearsErrorCode,
    message: string,
    where: Where = {},
  ) {
    super(withoutCredentials(message))
    this.command = where.command
    if (where.address !== undefined) this.address = where.address
    if (where.details) this.details = where.details
    if (where.refusal) this.refusal = where.refusal
    if (where.notSent) this.notSent = true
  }

  /** By name: Next compiles a module into several copies, each with a class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'GearsError'
  }

  /** What may be shown. */
  toJSON(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.details && { details: this.details }),
      ...(this.address !== undefined && { address: this.address }),
      ...(this.refusal && { refusal: this.refusal }),
      ...(this.notSent && { notSent: this.notSent }),
    }
  }
}

/** The placeholders for user and password in our own examples, which are no secret. */
const EXAMPLES = ['[user:password', 'user:password', ':password']

/** `redis://user:password@host` may stand in a message of the network or of a URL parser. */
function withoutCredentials(message: string): string {
  if (!message.includes('://')) return message
  return message
    .split(/(\s+)/)
    .map((word) => {
      const start = word.indexOf('://') + 3
      const end = word.lastIndexOf('@')
      // A password may hold a slash, a colon or another @ that should have been percent-encoded: all before the last @ goes.
      if (start < 3 || end < start || EXAMPLES.includes(word.slice(start, end))) return word
      return `${word.slice(0, start)}***${word.slice(end)}`
    })
    .join('')
}

/** The typed error for an error reply: the server's words, and whether it is the module that is missing. */
export function fromErrorReply(words: string, where: Where): GearsError {
  const missing = /^ERR unknown command/i.test(words) && where.command?.startsWith('RG.') === true
  const refusal = refusalOfReply(words)
  return new GearsError(missing ? 'module_missing' : 'rejected', words, { ...where, refusal })
}

/**
 * The typed error for what ioredis rejected a command with. `cause`: what the connection itself reported last, which is
 * more precise than ioredis' own message for a command that it could not deliver.
 */
export function fromIoredis(error: unknown, where: Where, cause?: Error): GearsError {
  const telling = error instanceof Error && !undelivered(error) ? error : cause
  // Of a connection: it knows no command yet.
  if (telling instanceof GearsError)
    return telling === error
      ? telling
      : new GearsError(telling.code, telling.message, { ...where, refusal: telling.refusal })
  if (telling?.name === 'ReplyError') return fromErrorReply(telling.message, where)
  if (!telling) return new GearsError('unreachable', HUNG_UP, where)
  return new GearsError('unreachable', networkReason(telling), {
    ...where,
    refusal: tlsProblem(firstOf(telling))?.refusal,
  })
}

export const HUNG_UP = 'the server closed the connection'

/** ioredis' words for a command that was not sent, or not answered, because the connection is gone. */
const undelivered = ({ name, message }: Error) =>
  name === 'MaxRetriesPerRequestError' ||
  message === 'Connection is closed.' ||
  message === "Stream isn't writeable and enableOfflineQueue options is false"

/** Of a command that failed before it was written: the same failure, without the doubt whether it was carried out. @param begins said before it */
export const unsent = ({ code, message, command, address, details, refusal }: GearsError, begins = ''): GearsError =>
  new GearsError(code, `${begins}${message.replace(/; it may still be carried out$/, '')}`, {
    ...(command !== undefined && { command }),
    ...(address !== undefined && { address }),
    ...(details && { details }),
    refusal,
    notSent: true,
  })

/** A network error in words; that of a host with several addresses is an AggregateError, whose own message is empty. */
export function networkReason(error: Error): string {
  const first = firstOf(error)
  const problem = tlsProblem(first)
  if (problem) return `the server ${refusalInWords(problem.refusal)} (TLS: ${problem.reason})`
  if (/^write (EPIPE|ECONNRESET)$/.test(first.message)) return HUNG_UP
  return first.message || 'the connection failed'
}

const firstOf = (error: Error): Error =>
  (error instanceof AggregateError ? error.errors.find((each) => each instanceof Error) : undefined) ?? error

/** What begins a reply of RESP2 or RESP3. */
const RESP = /^[-+:$*_#,(!=%~>|]/

export const isResp = (bytes: string): boolean => RESP.test(bytes)

/** An error reply, alone. */
const ONE_ERROR = /^-([^\r\n]*)\r?\n?$/

/**
 * What the first bytes that a server sent tell of a connection that broke: it speaks something else, or it said one error and hung up, as
 * at its limit of clients. Undefined where they tell nothing.
 */
export function fromFirstBytes(bytes: string, address: string): GearsError | undefined {
  if (bytes === '') return undefined
  if (isResp(bytes)) {
    const words = ONE_ERROR.exec(bytes)?.[1]
    return words === undefined ? undefined : fromErrorReply(words, { address })
  }
  const not = (refusal: ServerRefusal, what: string) =>
    new GearsError('unreachable', `${address} ${what}, not Redis’ protocol`, { address, refusal })
  if (isTlsRecord(bytes)) return not('tls_expected', 'speaks TLS')
  const said = JSON.stringify(printable(bytes))
  if (/^HTTP\/|^<(!doctype|html)/i.test(bytes)) return not('http', `speaks HTTP (it said ${said})`)
  return not('not_redis', `speaks something else (it said ${said})`)
}

/** An alert (21) or a handshake (22), of any version since SSL 3. */
const isTlsRecord = (bytes: string): boolean =>
  (bytes.charCodeAt(0) === 21 || bytes.charCodeAt(0) === 22) && bytes.charCodeAt(1) === 3

const printable = (bytes: string): string =>
  (bytes.split(/[\r\n]/, 1)[0] ?? '').replace(/[^\x20-\x7e]/g, '·').slice(0, 80)
