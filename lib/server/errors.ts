import { ERROR_CODES, type ErrorBody, type ErrorCode, type ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import { SERVER_REFUSALS } from '@gearboard/gears/vocabulary/server-refusal'
import { boundError } from '@/lib/model/executions/error-bounds'

type RefusalCode = Extract<
  ErrorCode,
  | 'changed'
  | 'not_found'
  | 'read_only'
  | 'forbidden'
  | 'unauthenticated'
  | 'too_many_attempts'
  | 'invalid_request'
  | 'partial'
  | 'no_history'
  | 'busy'
>

/** Gearboard itself says no, without asking the server. */
export class Refusal extends Error implements ErrorBody {
  override readonly name = 'Refusal'
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
    return value instanceof Error && value.name === 'Refusal'
  }
}

/**
 * One HTTP status for each code. A server behind us that does not answer is not our failure: 502, 503 and 504, as for a gateway. `partial`
 * is no success (207 would be one to `fetch`): some shards did it, the body tells which did not.
 */
export const HTTP_STATUS = {
  invalid_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  read_only: 403,
  not_found: 404,
  changed: 409,
  too_many_attempts: 429,
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

const TOLD = new Set(['GearsError', 'Refusal'])

/**
 * What may be told of an error; undefined when it is a bug of ours, of which nothing is. Told apart by name: Next compiles routes and
 * instrumentation separately, so that a class has two copies and `instanceof` fails between them.
 */
export function knownError(error: unknown): ErrorBody | undefined {
  if (error instanceof Error && error.name === 'HistoryError' && 'code' in error) {
    return { code: error.code === 'invalid' ? 'invalid_request' : 'no_history', message: error.message }
  }
  if (!(error instanceof Error && TOLD.has(error.name) && 'code' in error)) return undefined
  const code = ERROR_CODES.find((each) => each === error.code)
  if (!code) return undefined
  const details = 'details' in error ? errorDetails(error.details) : undefined
  const refusal = 'refusal' in error ? SERVER_REFUSALS.find((each) => each === error.refusal) : undefined
  return {
    code,
    message: boundError(error.message),
    ...(details && { details }),
    ...('address' in error && typeof error.address === 'string' && { address: error.address }),
    ...(refusal && { refusal }),
    ...('notSent' in error && error.notSent === true && { notSent: true as const }),
  }
}

/** Of an error that every delta repeats while it lasts, characters. */
const STATE_ERROR_CHARS = 2000

/** An error as the state of a shard or a connection carries it. */
export const briefly = (error: ErrorBody): ErrorBody => ({
  ...error,
  message: boundError(error.message, STATE_ERROR_CHARS),
})

/** Seconds after which to ask again, of a refusal that says so. By its shape: see `knownError`. */
export const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof Error && 'retryAfterS' in error && typeof error.retryAfterS === 'number'
    ? error.retryAfterS
    : undefined

function errorDetails(value: unknown): readonly ErrorDetail[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.flatMap((each: Partial<ErrorDetail>) => ({ at: String(each.at), message: String(each.message) }))
}
