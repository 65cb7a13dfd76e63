import { BadPayload } from './reader'

/** Redis's compact lists in DUMP: listpack, the older ziplist, and intset. */

const bad = (what: string): never => {
  throw new BadPayload(what)
}

interface Item {
  readonly value: Buffer
  /** The offset of the next entry. */
  readonly next: number
}

const text = (value: number | bigint): Buffer => Buffer.from(String(value))

/** Listpack encodings above 0xf0: the bytes of an integer. */
const LISTPACK_INTEGERS: Readonly<Record<number, number>> = { 241: 2, 242: 3, 243: 4, 244: 8 }

/** The largest entry sizes whose length takes one, two, three and four bytes. */
const BACK_LENGTHS = [127, 16382, 2097150, 268435454]

/** The entries of a listpack; integers are converted to text. */
export function readListpack(bytes: Buffer): Buffer[] {
  if (bytes.length < 7 || bytes.readUInt32LE(0) !== bytes.length || bytes[bytes.length - 1] !== 0xff)
    bad('not a listpack')
  const items: Buffer[] = []
  let at = 6
  while (at < bytes.length - 1) {
    const { value, next } = listpackItem(bytes, at)
    items.push(value)
    at = next + backLength(next - at)
  }
  return at === bytes.length - 1 ? items : bad('not a listpack')
}

function slice(bytes: Buffer, at: number, length: number): Item {
  if (at + length > bytes.length) bad('truncated')
  return { value: bytes.subarray(at, at + length), next: at + length }
}

/** Signed little-endian integers of one to eight bytes. */
function integer(bytes: Buffer, at: number, length: number): Item {
  if (at + length > bytes.length) bad('truncated')
  const value = length === 8 ? bytes.readBigInt64LE(at) : bytes.readIntLE(at, length)
  return { value: text(value), next: at + length }
}

/** Reads one listpack entry, without the length behind it. */
function listpackItem(bytes: Buffer, at: number): Item {
  const first = bytes.readUInt8(at)
  if (first < 0x80) return { value: text(first), next: at + 1 }
  if (first < 0xc0) return slice(bytes, at + 1, first & 63)
  if (at + 1 >= bytes.length) bad('truncated')
  const second = bytes.readUInt8(at + 1)
  if (first < 0xe0) {
    const value = ((first & 31) << 8) | second
    return { value: text(value < 4096 ? value : value - 8192), next: at + 2 }
  }
  if (first < 0xf0) return slice(bytes, at + 2, ((first & 15) << 8) | second)
  if (first === 0xf0) return at + 5 > bytes.length ? bad('truncated') : slice(bytes, at + 5, bytes.readUInt32LE(at + 1))
  return integer(bytes, at + 1, LISTPACK_INTEGERS[first] ?? bad('not a listpack'))
}

/** How many bytes the length behind an entry of `size` bytes takes. */
function backLength(size: number): number {
  const at = BACK_LENGTHS.findIndex((most) => size <= most)
  return at < 0 ? BACK_LENGTHS.length + 1 : at + 1
}

const ZIPLIST_INTEGERS: Readonly<Record<number, number>> = { 192: 2, 208: 4, 224: 8, 240: 3, 254: 1 }

function ziplistItem(bytes: Buffer, at: number): Item {
  const first = bytes[at] ?? bad('truncated')
  const kind = first >> 6
  if (kind === 0) return slice(bytes, at + 1, first & 63)
  if (kind === 1) return slice(bytes, at + 2, ((first & 63) << 8) | (bytes[at + 1] ?? bad('truncated')))
  if (kind === 2) return at + 5 > bytes.length ? bad('truncated') : slice(bytes, at + 5, bytes.readUInt32BE(at + 1))
  if (first > 0xf0 && first < 0xfe) return { value: text((first & 15) - 1), next: at + 1 }
  return integer(bytes, at + 1, ZIPLIST_INTEGERS[first] ?? bad('not a ziplist'))
}

/** The format of Redis before 7. */
export function readZiplist(bytes: Buffer): Buffer[] {
  if (bytes.length < 11 || bytes.readUInt32LE(0) !== bytes.length || bytes[bytes.length - 1] !== 0xff)
    bad('not a ziplist')
  const items: Buffer[] = []
  let at = 10
  while (at < bytes.length - 1) {
    // The length of the previous entry takes one byte or five.
    const { value, next } = ziplistItem(bytes, at + (bytes[at] === 0xfe ? 5 : 1))
    items.push(value)
    at = next
  }
  return at === bytes.length - 1 ? items : bad('not a ziplist')
}

export function readIntset(bytes: Buffer): Buffer[] {
  if (bytes.length < 8) bad('not an intset')
  const width = bytes.readUInt32LE(0)
  const count = bytes.readUInt32LE(4)
  if (![2, 4, 8].includes(width) || bytes.length !== 8 + width * count) bad('not an intset')
  return Array.from({ length: count }, (_, i) => integer(bytes, 8 + i * width, width).value)
}

/** Strings stay strings, although Redis would store integers in a shorter form. */
function listpackEntry(value: Uint8Array | bigint): Buffer {
  if (typeof value === 'bigint') {
    if (value >= 0n && value < 128n) return Buffer.from([Number(value)])
    const wide = Buffer.alloc(9, 0xf4)
    wide.writeBigInt64LE(BigInt.asIntN(64, value), 1)
    return wide
  }
  if (value.length < 64) return Buffer.concat([Buffer.from([0x80 | value.length]), value])
  if (value.length < 4096) return Buffer.concat([Buffer.from([0xe0 | (value.length >> 8), value.length & 255]), value])
  const head = Buffer.alloc(5, 0xf0)
  head.writeUInt32LE(value.length, 1)
  return Buffer.concat([head, value])
}

/** The length behind an entry, which allows reading from the end. */
function listpackTail(size: number): Buffer {
  const length = backLength(size)
  const tail = Buffer.alloc(length)
  for (let i = 0; i < length; i++) {
    const part = Math.floor(size / 128 ** (length - 1 - i)) % 128
    tail[i] = i === 0 ? part : part | 128
  }
  return tail
}

export function writeListpack(values: readonly (Uint8Array | bigint)[]): Buffer {
  const entries = values.map(listpackEntry)
  const body = Buffer.concat(entries.flatMap((entry) => [entry, listpackTail(entry.length)]))
  const head = Buffer.alloc(6)
  head.writeUInt32LE(body.length + 7, 0)
  head.writeUInt16LE(Math.min(values.length, 65535), 4)
  return Buffer.concat([head, body, Buffer.from([0xff])])
}
