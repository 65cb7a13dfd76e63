import type { ServerRefusal } from './server-refusal'

/** What can go wrong, as a closed list. `lib/server` maps each to one HTTP status; the browser sees the same code. */
export const ERROR_CODES = [
  'unreachable', // no connection to the server, or it broke
  'timeout', // no answer in time; the server may still carry it out
  'module_missing', // the server answers, but has no RedisGears
  'rejected', // the server said no; `message` is its words verbatim
  'bad_reply', // the server said something we cannot read; `message` names the place
  'changed', // under this id is another one than the sender saw, or more than that; nothing was done
  'not_found', // no such connection, execution, registration …
  'read_only', // this Gearboard, or this connection, takes no writes
  'unconfirmed', // a production connection is changed only by who gives its name; `message` says which, and how
  'forbidden', // the role does not allow it, or the request came from another origin
  'unauthenticated', // not signed in
  'too_many_attempts', // too many wrong passwords from the sender's address; Retry-After says when the next one counts
  'too_many_requests', // the sender asks faster than any user would; Retry-After says when to go on
  'invalid_request', // the request is malformed; `details` names the fields
  'busy', // too many do the same at once; later it will do
  'no_history', // nothing is recorded, or what is recorded cannot be read
  'partial', // some shards did it, some did not; `details` says which
  'internal', // a bug of ours; `message` carries the request id to look for in the log
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** The body of every failed answer is `{error: ErrorBody}`. */
export interface ErrorBody {
  readonly code: ErrorCode
  readonly message: string
  /** `invalid_request`: one entry a field. `partial`: one entry a shard. `changed`: what is there now, by key. */
  readonly details?: readonly ErrorDetail[]
  /** `host:port` of the server that said it, or was asked; absent where it concerns no one server. */
  readonly address?: string
  /** The server is there and refuses service: why. */
  readonly refusal?: ServerRefusal
  /** Nothing of it was sent to the server: it cannot have done anything. */
  readonly notSent?: true
}

export interface ErrorDetail {
  /** The field's path (`script`, `args.0`) or the shard's key. */
  readonly at: string
  readonly message: string
}

/** `at` of the detail of a `not_found` whose message is when it was last seen, ISO 8601; left out where it never was. */
export const LAST_SEEN = 'lastSeen'
