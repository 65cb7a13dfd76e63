import { ERROR_CODES, type ErrorCode, type ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import { cutEnd, cutMiddle } from '@gearboard/gears/vocabulary/text'
import { overrideInWords } from '@/lib/model/cluster/silence'
import { asConfirmHeader, CONFIRM_HEADER } from '@/lib/model/connection/confirmation'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { shortenId } from '@/lib/model/text/format'
import type { Contract } from './contract'
import { type AnswerOf, type AnyEndpoint, type BodyInput, IN_QUERY, type ParamsOf, type QueryInput } from './endpoint'
import { routes } from './routes'

/** A failed call: the server's words, or ours when Gearboard itself does not answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: readonly ErrorDetail[] = [],
    /** Gearboard did not send it to the server. */
    readonly notSent = false,
  ) {
    super(message)
  }
}

/** What is wrong with this field of the request; undefined where nothing is. */
export const fieldError = (error: unknown, field: string): string | undefined =>
  error instanceof ApiError ? error.details.find(({ at }) => at === field)?.message : undefined

/** Longest wait for an answer, ms. Blocking runs and triggers bring their own. */
const DEFAULT_TIMEOUT_MS = 30_000

type Params<E extends AnyEndpoint> =
  unknown extends ParamsOf<E['path']> ? object : { readonly params: ParamsOf<E['path']> }
type Query<E extends AnyEndpoint> =
  undefined extends QueryInput<E>
    ? object
    : object extends QueryInput<E>
      ? { readonly query?: QueryInput<E> }
      : { readonly query: QueryInput<E> }
type Body<E extends AnyEndpoint> = undefined extends BodyInput<E> ? object : { readonly body: BodyInput<E> }

/** What was typed to confirm a change; undefined where the connection is no production one, and nothing was asked for. */
export interface Confirmed {
  readonly confirm: string | undefined
}

/** A caller of what a production connection asks its name for has to say what was typed. */
type Confirm<E extends AnyEndpoint> = E extends { readonly confirm?: infer C }
  ? C & string extends never
    ? object
    : Confirmed
  : object

export type CallOptions<E extends AnyEndpoint> = Params<E> &
  Query<E> &
  Body<E> &
  Confirm<E> & {
    readonly signal?: AbortSignal
    readonly timeoutMs?: number
  }

interface CallInput {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly confirm?: string | undefined
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

/** Of the site, under which Gearboard is; next.config.js gives it. */
const BASE_PATH = process.env.NEXT_PUBLIC_BASE_PATH ?? ''

/** A URL takes these for steps along the path, however they are escaped. */
const STEPS = /^\.{1,2}$/

/**
 * The path under the base path, with its parameters filled in, each escaped, and the query that is not undefined. A name that no path can hold goes into the
 * query, under the parameter's name, and `-` takes its place in the path.
 */
export function urlOf(path: string, params: CallInput['params'] = {}, query: CallInput['query'] = {}): string {
  const search = new URLSearchParams()
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new TypeError(`${path}: no ${name}`)
    if (!STEPS.test(value)) return encodeURIComponent(value)
    search.set(name, value)
    return IN_QUERY
  })
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value))
  }
  return BASE_PATH + (search.size > 0 ? `${filled}?${search}` : filled)
}

/** Calls an endpoint of the contract by its name. Throws `ApiError`, or the signal's own reason when the caller gave up. */
export async function call<Name extends keyof Contract>(
  name: Name,
  options: CallOptions<Contract[Name]>,
): Promise<AnswerOf<Contract[Name]>>
export async function call(name: keyof Contract, options: CallInput): Promise<unknown> {
  return ask(name, options)
}

/** As `call`, for a caller that has checked the types. */
export async function ask(name: keyof Contract, options: CallInput): Promise<unknown> {
  const { method, path } = routes[name]
  const { params, query, body, confirm, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(urlOf(path, params, query), {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...confirmHeader(confirm) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      cache: 'no-store',
    })
    if (!response.ok) throw failureOf(response.status, await response.json().catch(() => undefined))
    return await response.json()
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error
    if (deadline.aborted) throw new ApiError('timeout', `No answer within ${timeoutMs / 1000} s.`)
    throw new ApiError('unreachable', 'Gearboard does not answer.')
  }
}

/** The header of a confirmed write; none where nothing was asked for. */
export const confirmHeader = (confirm: string | undefined): Readonly<Record<string, string>> =>
  confirm === undefined ? {} : { [CONFIRM_HEADER]: asConfirmHeader(confirm) }

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isCode = (value: unknown): value is ErrorCode => ERROR_CODES.some((code) => code === value)

const isDetail = (value: unknown): value is ErrorDetail =>
  isRecord(value) && typeof value.at === 'string' && typeof value.message === 'string'

/** The `{error}` of a failed answer; something in between may have answered in its own format. */
export function failureOf(status: number, body: unknown): ApiError {
  const error = isRecord(body) ? body.error : undefined
  if (!isRecord(error) || !isCode(error.code) || typeof error.message !== 'string') {
    return new ApiError('internal', `The server answered with status ${status} and no reason.`)
  }
  const details = Array.isArray(error.details) ? error.details.filter(isDetail) : []
  return new ApiError(error.code, error.message, details, error.notSent === true)
}

/** Of an error in a dialog, a banner or a toast, characters: where the whole matters, the page shows it by itself. */
const SHOWN_ERROR_CHARS = 2000

/** What went wrong, for people, with the fields or shards that it concerns; how the API would send it anyway is left out. */
export function describeError(error: unknown): string {
  if (!(error instanceof ApiError))
    return cutMiddle(error instanceof Error ? error.message : String(error), SHOWN_ERROR_CHARS)
  const details: string[] = []
  let { message } = error
  for (const detail of error.details) {
    if (detail.at === 'override') message = message.replace(overrideInWords(detail.message), '').trim()
    else details.push(`${cutEnd(shortenId(detail.at), NAME_CHARS)}: ${detail.message}`)
  }
  return cutMiddle([message, ...details].join('\n'), SHOWN_ERROR_CHARS)
}
