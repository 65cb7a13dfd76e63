import type { ErrorBody, ErrorCode, ErrorDetail } from '@/lib/model/errors'

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
}

/**
 * Whatever goes wrong between us and the server. `message` is the server's words verbatim for `rejected` and `module_missing`, the
 * place for `bad_reply`. It carries no `cause`: ioredis hangs the arguments on its errors, and AUTH's are the password.
 */
export class GearsError extends Error implements ErrorBody {
  override readonly name = 'GearsError'
  readonly command: string | undefined
  readonly address: string | undefined
  readonly details?: readonly ErrorDetail[]

  constructor(
    readonly code: GearsErrorCode,
    message: string,
    where: Where = {},
  ) {
    super(withoutCredentials(message))
    this.command = where.command
    this.address = where.address
    if (where.details) this.details = where.details
  }

  /** What may be shown: code, message and details. */
  toJSON(): ErrorBody {
    return { code: this.code, message: this.message, ...(this.details && { details: this.details }) }
  }
}

/** `redis://user:password@host` may stand in a message of the network or of a URL parser. */
const withoutCredentials = (message: string) => message.replace(/(\w+:\/\/)[^\s/@]*@/g, '$1***@')

/** Everything that ioredis throws and that is no reply of the server, as far as it names the reason. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EACCES',
  'ENOENT',
])

/** The typed error for an error reply: the server's words, and whether it is the module that is missing. */
export function fromErrorReply(words: string, where: Where): GearsError {
  const missing = /^ERR unknown command/i.test(words) && where.command?.startsWith('RG.') === true
  return new GearsError(missing ? 'module_missing' : 'rejected', words, where)
}

/** The typed error for anything that ioredis rejected with. `reason`: what the connection last said, more telling than ioredis' own. */
export function fromIoredis(error: unknown, where: Where, reason?: string): GearsError {
  if (error instanceof GearsError) return error
  if (!(error instanceof Error)) return new GearsError('unreachable', 'the connection failed', where)
  if (error.name === 'ReplyError') return fromErrorReply(error.message, where)
  return new GearsError('unreachable', reason ?? networkReason(error), where)
}

/** A network error in words; a dual-stack connect fails with an AggregateError, whose own message is empty. */
export function networkReason(error: Error): string {
  const inner =
    error instanceof AggregateError ? error.errors.find((each): each is Error => each instanceof Error) : undefined
  const { message } = inner ?? error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (message === '') return code !== undefined && NETWORK_CODES.has(code) ? code : 'the connection failed'
  return message
}
