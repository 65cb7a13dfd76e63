import 'server-only'
import { Refusal } from './errors'

/** For endpoints that name no limit of their own, bytes. */
const DEFAULT_MAX_BYTES = 64 * 1024

/**
 * Reads a JSON body, and no more of it than `maxBytes`: what is too large is given up while it arrives.
 * @throws Refusal `invalid_request`
 */
export async function readJson(request: Request, maxBytes = DEFAULT_MAX_BYTES): Promise<unknown> {
  const text = await readText(request, maxBytes)
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('invalid_request', 'The body is not valid JSON.')
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const bytes = await readBytes(request, maxBytes, 'application/json')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Refusal('invalid_request', 'The body is not valid UTF-8.')
  }
}

/** Reads a body of any bytes, under the same bound. @throws Refusal `invalid_request` */
export async function readBytes(request: Request, maxBytes: number, contentType: string): Promise<Buffer> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  // Forms and plain text can be sent across origins without asking; other types cannot.
  if (type !== contentType) {
    throw new Refusal('invalid_request', `The body must be sent with content-type ${contentType}.`)
  }
  const tooLarge = () =>
    new Refusal('invalid_request', `The body must be at most ${maxBytes.toLocaleString('en-US')} bytes.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (!request.body) throw new Refusal('invalid_request', 'The body is missing.')
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.byteLength
    if (size > maxBytes) {
      await reader.cancel()
      throw tooLarge()
    }
    chunks.push(chunk.value)
  }
  return Buffer.concat(chunks)
}
