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

/** The typed error for an error reply: the server's words, and whether it is the module that is missing. */
export function fromErrorReply(words: string, where: Where): GearsError {
  const missing = /^ERR unknown command/i.test(words) && where.command?.startsWith('RG.') === true
  return new GearsError(missing ? 'module_missing' : 'rejected', words, where)
}

/**
 * The typed error for what ioredis rejected a command with. `cause`: what the connection itself last said, which tells more than
 * ioredis' own words for a command that it could not deliver.
 */
export function fromIoredis(error: unknown, where: Where, cause?: Error): GearsError {
  if (error instanceof GearsError) return error
  const telling = error instanceof Error && !undelivered(error) ? error : cause
  if (telling?.name === 'ReplyError') return fromErrorReply(telling.message, where)
  return new GearsError('unreachable', telling ? networkReason(telling) : 'the server closed the connection', where)
}

/** ioredis' words for a command that was not sent, or not answered, because the connection is gone. */
const undelivered = ({ name, message }: Error) =>
  name === 'MaxRetriesPerRequestError' ||
  message === 'Connection is closed.' ||
  message === "Stream isn't writeable and enableOfflineQueue options is false"

/** A network error in words; that of a host with several addresses is an AggregateError, whose own message is empty. */
export function networkReason(error: Error): string {
  const first = error instanceof AggregateError ? error.errors.find((each) => each instanceof Error) : undefined
  return (first ?? error).message || 'the connection failed'
}
