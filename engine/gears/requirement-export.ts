import { createHash } from 'node:crypto'
import { Failure } from '../core'
import type { WheelBytes } from './operations'
import type { Requirement } from './requirement'

const MAGIC = 'gearboard-requirement-1'
/** RG.PYEXPORTREQ cuts at this, bytes (protocol 1.6). */
const CHUNK = 10 * 1024 * 1024
const MAX_WHEELS = 1000

const BAD_FORMAT = (what: string): Failure => new Failure(`Bad serialization format on reading requirement ${what}`)

/** What RG.PYEXPORTREQ answers beside the requirement's entry: the chunks are a header line of JSON and the wheels' bytes, for `importChunks` alone. */
export function exportChunks(requirement: Requirement): Buffer[] {
  const { name, files } = requirement
  const sizes = files.map((file) => ({ name: file.name, size: file.bytes.length }))
  const body = Buffer.concat(files.map(({ bytes }) => bytes))
  const digest = createHash('sha256').update(body).digest('hex')
  const header = Buffer.from(`${MAGIC} ${JSON.stringify({ name, files: sizes, digest })}\n`)
  const all = Buffer.concat([header, body])
  const chunks: Buffer[] = []
  for (let at = 0; at < all.length; at += CHUNK) chunks.push(all.subarray(at, at + CHUNK))
  return chunks
}

/** The wheels of exported chunks, or the module's error for what is none. */
export function importChunks(chunks: readonly Buffer[]): { names: string[]; wheels: WheelBytes[] } | Failure {
  const all = Buffer.concat([...chunks])
  const line = all.indexOf('\n')
  const header = line === -1 ? '' : all.toString('utf8', 0, line)
  if (!header.startsWith(`${MAGIC} `)) return BAD_FORMAT('name')
  const parsed = parseHeader(header.slice(MAGIC.length + 1))
  if (!parsed) return BAD_FORMAT('name')
  const body = all.subarray(line + 1)
  if (createHash('sha256').update(body).digest('hex') !== parsed.digest) return BAD_FORMAT('wheels')
  const wheels: WheelBytes[] = []
  let at = 0
  for (const { name, size } of parsed.files) {
    wheels.push({ requirement: parsed.name, name, bytes: Uint8Array.from(body.subarray(at, at + size)) })
    at += size
  }
  return at === body.length ? { names: [parsed.name], wheels } : BAD_FORMAT('wheels')
}

interface Header {
  readonly name: string
  readonly digest: string
  readonly files: readonly { readonly name: string; readonly size: number }[]
}

function parseHeader(json: string): Header | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return isHeader(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null || !('name' in value && 'digest' in value && 'files' in value))
    return false
  const { name, digest, files } = value
  return (
    typeof name === 'string' &&
    typeof digest === 'string' &&
    Array.isArray(files) &&
    files.length <= MAX_WHEELS &&
    files.every(isFile)
  )
}

function isFile(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('name' in value && 'size' in value)) return false
  return typeof value.name === 'string' && Number.isInteger(value.size) && Number(value.size) >= 0
}
