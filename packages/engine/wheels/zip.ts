import { inflateRawSync } from 'node:zlib'
import { crc32 as crc } from './crc'

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const STORED = 0
const DEFLATED = 8
/** The maximum unpacked size of an archive, bytes; protects against zip bombs. */
const MAX_UNPACKED = 256 * 1024 * 1024

/**
 * The files of a zip archive. Throws if the data is not an archive, is encrypted, is damaged, or exceeds the limits. fflate 0.8.3
 * compares neither sizes nor checksums (a file with a changed byte passes), and a wheel from a folder has no other digest.
 */
export function* unzip(bytes: Buffer): Generator<readonly [path: string, content: Buffer]> {
  const end = findEnd(bytes)
  const count = bytes.readUInt16LE(end + 10)
  let at = bytes.readUInt32LE(end + 16)
  let unpacked = 0
  for (let i = 0; i < count; i++) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error('damaged zip archive: a directory entry is missing')
    const method = bytes.readUInt16LE(at + 10)
    const packed = bytes.readUInt32LE(at + 20)
    const size = bytes.readUInt32LE(at + 24)
    const nameLength = bytes.readUInt16LE(at + 28)
    const checksum = bytes.readUInt32LE(at + 16)
    const local = bytes.readUInt32LE(at + 42)
    const path = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
    unpacked += size
    if (unpacked > MAX_UNPACKED) throw new Error('the zip archive unpacks to more than 256 MB')
    if (path.endsWith('/')) continue
    const content = readEntry(bytes, local, method, packed, size)
    if (content.length !== size || crc(content) !== checksum) throw new Error(`damaged zip archive: ${path}`)
    yield [path, content]
  }
}

function readEntry(bytes: Buffer, local: number, method: number, packed: number, size: number): Buffer {
  if (bytes.readUInt32LE(local) !== LOCAL)
    throw new Error('damaged zip archive: a file is not where the directory says')
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const data = bytes.subarray(start, start + packed)
  if (method === STORED) return data
  if (method === DEFLATED) return inflateRawSync(data, { maxOutputLength: Math.max(size, 1) })
  throw new Error(`zip archive: compression method ${method} is not supported`)
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= 0 && at > bytes.length - 22 - 65536; at--) {
    if (bytes.readUInt32LE(at) === END) return at
  }
  throw new Error('not a zip archive')
}
