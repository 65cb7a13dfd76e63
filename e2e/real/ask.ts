import { type CallOptions, failureOf, urlOf } from '@/lib/api/call'
import type { AnswerOf, AnyEndpoint } from '@/lib/api/endpoint'

/** Longest wait for one answer of Gearboard, ms: an abort waits until Python gives way. */
const ANSWER_MS = 60_000

/**
 * Calls an endpoint of Gearboard's API.
 * @throws ApiError with Gearboard's code and message
 */
export type Ask = <E extends AnyEndpoint>(
  endpoint: E,
  options: Omit<CallOptions<E>, 'signal' | 'timeoutMs' | 'confirm'>,
) => Promise<AnswerOf<E>>

interface SentRequest {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** What the browser's `call` does, for a Gearboard at another address than the caller's own. */
export const askAt = (gearboard: string): Ask => {
  return async (endpoint: AnyEndpoint, { params, query, body }: SentRequest) => {
    const response = await fetch(`${gearboard}${urlOf(endpoint.path, params, query)}`, {
      method: endpoint.method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    if (!response.ok) throw failureOf(response.status, await response.json().catch(() => undefined))
    return response.json()
  }
}
