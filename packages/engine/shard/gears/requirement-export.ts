import type { WheelBytes } from '../../wheels/installer'
import { Wheel } from '../../wheels/wheel'
import { Failure } from '../core'
import { COMPILED_OS, type PipRequirement } from './requirement'
import type { GearsVersion } from './terms'

/** The chunk size of RG.PYEXPORTREQ, bytes (protocol 1.6). */
const CHUNK = 10 * 1024 * 1024
const MAX_WHEELS = 1000
/** The format number of each version. */
const FORMAT = { '1.0': 1, '1.2': 2 }

const BAD_FORMAT = (what: string): Failure => new Failure(`Bad serialization format on reading requirement ${what}`)

/**
 * Writes the module's own format, as real servers export it: little-endian 64-bit numbers, and buffers preceded by their length. It has the
 * format number, name, operating system, in format 2 whether the requirement is downloaded, the number of wheels, and each wheel's file
 * name and content. Strings include a final NUL.
 */
export function exportChunks({ name, files }: PipRequirement, version: GearsVersion): Buffer[] {
  const parts = [number(FORMAT[version]), text(name), text(COMPILED_OS)]
  if (version === '1.2') parts.push(number(1))
  parts.push(number(files.length))
  for (const wheel of files) parts.push(text(wheel.name), number(wheel.bytes.length), Buffer.from(wheel.bytes))
  const all = Buffer.concat(parts)
  const chunks: Buffer[] = []
  for (let at = 0; at < all.length; at += CHUNK) chunks.push(all.subarray(at, at + CHUNK))
  return chunks
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function text(value: string): Buffer {
  const bytes = Buffer.from(`${value}\0`)
  return Buffer.concat([number(bytes.length), bytes])
}

/** Reads exported chunks. Returns the wheels, each checked to be whole, or the module's error for chunks that are invalid. */
export function importChunks(chunks: readonly Buffer[]): { name: string; wheels: WheelBytes[] } | Failure {
  const all = Buffer.concat([...chunks])
  let at = 0
  const takeBytes = (length: number | undefined): Buffer | undefined => {
    if (length === undefined || at + length > all.length) return undefined
    at += length
    return all.subarray(at - length, at)
  }
  const takeNumber = (): number | undefined => {
    const value = takeBytes(8)?.readBigUInt64LE()
    return value === undefined || value > BigInt(all.length) ? undefined : Number(value)
  }
  const takeText = (): string | undefined => takeBytes(takeNumber())?.toString().replace(/\0$/, '')

  const format = takeNumber()
  const name = format === 1 || format === 2 ? takeText() : undefined
  if (!name) return BAD_FORMAT('name')
  if (takeText() === undefined) return BAD_FORMAT('os')
  if (format === 2 && takeNumber() !== 1) return BAD_FORMAT('download state')
  const count = takeNumber()
  if (count === undefined || count > MAX_WHEELS) return BAD_FORMAT('wheels')
  const wheels: WheelBytes[] = []
  for (let i = 0; i < count; i++) {
    const file = takeText()
    const bytes = takeBytes(takeNumber())
    if (!file || !bytes || !isWhole(file, bytes)) return BAD_FORMAT('wheels')
    wheels.push({ requirement: name, name: file, bytes: Uint8Array.from(bytes) })
  }
  return at === all.length ? { name, wheels } : BAD_FORMAT('wheels')
}

/** A bundle has no checksum, but each file in a wheel has one. */
function isWhole(file: string, bytes: Buffer): boolean {
  try {
    new Wheel(file, bytes).metadata()
    return true
  } catch {
    return false
  }
}
