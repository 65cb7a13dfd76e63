import { plural } from '@gearboard/gears/vocabulary/text'
import 'server-only'
import { DEFAULT_MAX_BODY_BYTES } from '../door/api-paths'
import { ApiRefusal } from '../errors'

/** Bytes of bodies that all requests together may hold: the largest bundle and some scripts. */
const MOST_HELD_BYTES = 288 * 1024 * 1024
/** When to ask again, s. */
const RETRY_AFTER_S = 5

/** What the bodies of all requests that are in progress take. */
export class BodyBudget {
  private readonly held = new Map<Request, number>()

  constructor(private readonly mostBytes = MOST_HELD_BYTES) {}

  /** Counts bytes as they come, not as they are announced: who announces much and sends nothing takes nothing. @throws ApiRefusal `busy` */
  takeBytes(request: Request, bytes: number): void {
    let all = bytes
    for (const each of this.held.values()) all += each
    if (all > this.mostBytes)
      throw new ApiRefusal('busy', 'Other uploads are in progress. Try again later.', undefined, RETRY_AFTER_S)
    this.held.set(request, (this.held.get(request) ?? 0) + bytes)
  }

  /** The request has ended. */
  release(request: Request): void {
    this.held.delete(request)
  }
}

export interface BodyLimits {
  readonly budget: BodyBudget
  readonly maxBytes?: number | undefined
}

/**
 * Reads a JSON body, and no more of it than the limit: what is too large is given up while it arrives.
 * @throws ApiRefusal `invalid_request`, `busy`
 */
export async function readJson(request: Request, limits: BodyLimits): Promise<unknown> {
  const bytes = await readBytes(request, { ...limits, contentType: 'application/json' })
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    const what = error instanceof SyntaxError ? 'JSON' : 'UTF-8'
    throw new ApiRefusal('invalid_request', `The body is not valid ${what}.`)
  }
}

export interface BytesWanted extends BodyLimits {
  readonly contentType: string
  /** Throws when what has come so far begins as nothing that is wanted; asked until it answers true. */
  readonly judge?: (begin: Buffer) => boolean
}

/** Reads a body of any bytes, under the same limits. @throws ApiRefusal `invalid_request`, `busy`, and what `judge` throws */
export async function readBytes(request: Request, wanted: BytesWanted): Promise<Buffer> {
  const { budget, contentType, maxBytes = DEFAULT_MAX_BODY_BYTES } = wanted
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  // Forms and plain text can be sent across origins without asking; other types cannot.
  if (type !== contentType) {
    throw new ApiRefusal('invalid_request', `The body must be sent with content-type ${contentType}.`)
  }
  const tooLarge = () => new ApiRefusal('invalid_request', `The body must be at most ${plural(maxBytes, 'byte')}.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (!request.body) throw new ApiRefusal('invalid_request', 'The body is missing.')
  const reader = request.body.getReader()
  let { judge } = wanted
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (let chunk = await nextOf(reader); !chunk.done; chunk = await nextOf(reader)) {
      size += chunk.value.byteLength
      if (size > maxBytes) throw tooLarge()
      budget.takeBytes(request, chunk.value.byteLength)
      chunks.push(chunk.value)
      if (judge?.(Buffer.concat(chunks))) judge = undefined
    }
  } catch (error) {
    // The rest of the body is not needed, and the client may already be gone.
    await reader.cancel().catch(() => undefined)
    throw error
  }
  return Buffer.concat(chunks)
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array>

/** A client that disconnects in the middle of its body is no fault of ours. */
async function nextOf(reader: BodyReader) {
  try {
    return await reader.read()
  } catch {
    throw new ApiRefusal('invalid_request', 'The connection closed before the body was complete.')
  }
}
