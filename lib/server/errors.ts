import { GearsError } from '@gearboard/gears'
import type { ErrorBody, ErrorCode, ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import { boundError } from '@/lib/model/executions/error-bounds'
import { HistoryError } from './history/history-error'

type RefusalCode = Extract<
  ErrorCode,
  | 'changed'
  | 'not_found'
  | 'read_only'
  | 'unconfirmed'
  | 'forbidden'
  | 'unauthenticated'
  | 'too_many_attempts'
  | 'too_many_requests'
  | 'invalid_request'
  | 'partial'
  | 'no_history'
  | 'busy'
  // Of a provider at which users sign in.
  | 'unreachable'
  | 'timeout'
  | 'bad_reply'
>

/** Gearboard itself says no, without asking the server. */
export class ApiRefusal extends Error implements ErrorBody {
  override readonly name = 'ApiRefusal'
  readonly details?: readonly ErrorDetail[]

  constructor(
    readonly code: RefusalCode,
    message: string,
    details?: readonly ErrorDetail[],
    /** Seconds after which the same request may be answered otherwise. */
    readonly retryAfterS?: number,
  ) {
    super(message)
    if (details) this.details = details
  }

  /** By name: Next compiles a module into several copies, each with a class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'ApiRefusal'
  }
}

/** A field of a request is wrong: said at the field, as the gate says what a schema finds. */
export const wrongField = (at: string, message: string): ApiRefusal =>
  new ApiRefusal('invalid_request', `${at}: ${message}`, [{ at, message }])

/** What a schema finds, a detail for each field. */
export function wrongFields(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): ApiRefusal {
  const details = issues.map(({ path, message }): ErrorDetail => ({ at: path.map(String).join('.'), message }))
  const [first] = details
  return new ApiRefusal('invalid_request', first ? `${first.at || 'body'}: ${first.message}` : 'malformed', details)
}

/** The same for one that is there and not theirs to know of. */
export const noSuchConnection = (name: string): ApiRefusal =>
  new ApiRefusal('not_found', `there is no connection named ${JSON.stringify(name)}`)

/**
 * One HTTP status for each code. A server behind us that does not answer is not our failure: 502, 503 and 504, as for a gateway. `partial`
 * is no success (207 would be one to `fetch`): some shards did it, the body says which did not.
 */
export const HTTP_STATUS = {
  invalid_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  read_only: 403,
  not_found: 404,
  changed: 409,
  unconfirmed: 428,
  too_many_attempts: 429,
  too_many_requests: 429,
  rejected: 422,
  internal: 500,
  bad_reply: 502,
  partial: 502,
  module_missing: 503,
  unreachable: 503,
  no_history: 503,
  busy: 503,
  timeout: 504,
} as const satisfies Record<ErrorCode, number>

/** The part of an error that may be shown; undefined for a bug of ours, of which nothing is shown. */
export function knownError(error: unknown): ErrorBody | undefined {
  if (error instanceof HistoryError)
    return { code: error.code === 'invalid' ? 'invalid_request' : 'no_history', message: error.message }
  if (!(error instanceof GearsError || error instanceof ApiRefusal)) return undefined
  const { code, message, details, address, refusal, notSent }: ErrorBody = error
  return {
    code,
    message: boundError(message),
    ...(details && { details }),
    ...(address !== undefined && { address }),
    ...(refusal && { refusal }),
    ...(notSent && { notSent }),
  }
}

/** Of an error that every delta repeats while it lasts, characters. */
const STATE_ERROR_CHARS = 2000

/** An error as the state of a shard or a connection carries it. */
export const briefly = (error: ErrorBody): ErrorBody => ({
  ...error,
  message: boundError(error.message, STATE_ERROR_CHARS),
})

/** Seconds after which to ask again, of a refusal that says so. */
export const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof ApiRefusal ? error.retryAfterS : undefined
