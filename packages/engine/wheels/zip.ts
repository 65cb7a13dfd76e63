import { inflateRawSync } from 'node:zlib'
import { crc32 as crc } from './crc'

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const STORED = 0
const DEFLATED = 8
/** The maximum unpacked size of an archive, bytes; protects against zip bombs. */
const MAX_UNPACKED = 256 * 1024 * 1024

/** The files of a zip archive. Throws if the data is not an archive, is encrypted, or exceeds the limits. */
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

/** Writes a zip archive of uncompressed files; tests use it to make wheels. */
export function zip(files: readonly (readonly [path: string, content: string])[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, text] of files) {
    const name = Buffer.from(path)
    const content = Buffer.from(text)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(crc(content), 10)
    common.writeUInt32LE(content.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const head = Buffer.alloc(4)
    head.writeUInt32LE(LOCAL)
    parts.push(head, common, name, content)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(ENTRY)
    entry.writeUInt16LE(20, 4)
    common.copy(entry, 6)
    entry.writeUInt32LE(offset, 42)
    directory.push(entry, name)
    offset += 30 + name.length + content.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}
