import { isSafeAddress } from './oidc-settings'

/** Largest answer of a provider, bytes: the keys of a large one take 20 kB. */
const MOST_ANSWER_BYTES = 1_000_000

/** What a provider answered is not read to its end. */
export class OversizedAnswer extends Error {
  override readonly name = 'OversizedAnswer'
}

/** A metadata document leads somewhere else than a provider may be. */
export class UnsafeAddress extends Error {
  override readonly name = 'UnsafeAddress'
}

interface FetchOptions {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: unknown
  readonly redirect: 'manual'
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks a provider, and reads its whole answer within the time of the signal.
 * @param onDate gets the provider's own time where the answer has it, ms since the epoch
 * @throws OversizedAnswer, UnsafeAddress
 */
export async function fetchBounded(
  url: string,
  { method, headers, body, redirect, signal }: FetchOptions,
  onDate: (ms: number) => void,
): Promise<Response> {
  if (!isSafeAddress(url)) throw new UnsafeAddress('plain HTTP beyond this machine')
  const sent = typeof body === 'string' || body instanceof URLSearchParams ? { body } : {}
  const answer = await fetch(url, { method, headers, redirect, cache: 'no-store', ...sent, ...(signal && { signal }) })
  const date = Date.parse(answer.headers.get('date') ?? '')
  if (!Number.isNaN(date)) onDate(date)
  const bytes = await readAll(answer)
  // Statuses without a body cannot be given one, an empty one neither.
  return new Response(bytes.length > 0 ? bytes : null, { status: answer.status, headers: answer.headers })
}

async function readAll(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = answer.body?.getReader()
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    size += chunk.value.byteLength
    if (size > MOST_ANSWER_BYTES) {
      await reader?.cancel()
      throw new OversizedAnswer(`more than ${MOST_ANSWER_BYTES} bytes`)
    }
    chunks.push(chunk.value)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
