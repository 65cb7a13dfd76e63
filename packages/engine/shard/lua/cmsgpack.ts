import { badArgument, bytesArgument, type Library, LuaError, LuaTable, type LuaValue, numberArgument } from './values'

/** lua-cmsgpack 0.4: MessagePack without extension types. */

/** Tables nested deeper are packed as nil. */
const MAX_DEPTH = 16

const head = (bytes: number, code: number, write: (buffer: Buffer) => void): Buffer => {
  const buffer = Buffer.alloc(bytes + 1)
  buffer[0] = code
  write(buffer)
  return buffer
}

function packInteger(value: number): Buffer {
  if (value >= 0) {
    if (value < 0x80) return Buffer.from([value])
    if (value < 0x100) return Buffer.from([0xcc, value])
    if (value < 0x10000) return head(2, 0xcd, (buffer) => buffer.writeUInt16BE(value, 1))
    if (value < 2 ** 32) return head(4, 0xce, (buffer) => buffer.writeUInt32BE(value, 1))
    return head(8, 0xcf, (buffer) => buffer.writeBigUInt64BE(BigInt(value), 1))
  }
  if (value >= -32) return Buffer.from([value & 0xff])
  if (value >= -0x80) return Buffer.from([0xd0, value & 0xff])
  if (value >= -0x8000) return head(2, 0xd1, (buffer) => buffer.writeInt16BE(value, 1))
  if (value >= -(2 ** 31)) return head(4, 0xd2, (buffer) => buffer.writeInt32BE(value, 1))
  return head(8, 0xd3, (buffer) => buffer.writeBigInt64BE(BigInt(value), 1))
}

function packNumber(value: number): Buffer {
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) return packInteger(value)
  if (Math.fround(value) === value) return head(4, 0xca, (buffer) => buffer.writeFloatBE(value, 1))
  return head(8, 0xcb, (buffer) => buffer.writeDoubleBE(value, 1))
}

/** The head of a value with a length: short up to `fixed`, then 8 (if available), 16 or 32 bits. */
function lengthHead(
  length: number,
  fixed: readonly [code: number, most: number],
  codes: readonly (number | undefined)[],
): Buffer {
  const [code, most] = fixed
  const [byte, short = 0, long = 0] = codes
  if (length <= most) return Buffer.from([code | length])
  if (byte !== undefined && length < 0x100) return Buffer.from([byte, length])
  if (length < 0x10000) return head(2, short, (buffer) => buffer.writeUInt16BE(length, 1))
  return head(4, long, (buffer) => buffer.writeUInt32BE(length, 1))
}

/** True for the keys 1, 2, 3 … without a gap. */
function isArray({ entries }: LuaTable): boolean {
  let most = 0
  for (const [key] of entries) {
    if (typeof key !== 'number' || !Number.isInteger(key) || key < 1) return false
    most = Math.max(most, key)
  }
  return most === entries.length
}

function packTable(table: LuaTable, depth: number): Buffer[] {
  const { entries } = table
  if (!isArray(table)) {
    const fields = entries.flatMap(([key, item]) => [...pack(key, depth + 1), ...pack(item, depth + 1)])
    return [lengthHead(entries.length, [0x80, 15], [undefined, 0xde, 0xdf]), ...fields]
  }
  const items = entries.toSorted(([a], [b]) => Number(a) - Number(b)).flatMap(([, item]) => pack(item, depth + 1))
  return [lengthHead(entries.length, [0x90, 15], [undefined, 0xdc, 0xdd]), ...items]
}

function pack(value: LuaValue, depth: number): Buffer[] {
  if (typeof value === 'boolean') return [Buffer.from([value ? 0xc3 : 0xc2])]
  if (typeof value === 'number') return [packNumber(value)]
  if (Buffer.isBuffer(value)) return [lengthHead(value.length, [0xa0, 31], [0xd9, 0xda, 0xdb]), value]
  if (value instanceof LuaTable && depth < MAX_DEPTH) return packTable(value, depth)
  return [Buffer.from([0xc0])]
}

/** Readers for the number types 0xca to 0xd3. */
const NUMBERS: Readonly<Record<number, (bytes: Buffer) => readonly [number, number]>> = {
  202: (bytes) => [bytes.readFloatBE(), 4],
  203: (bytes) => [bytes.readDoubleBE(), 8],
  204: (bytes) => [bytes.readUInt8(), 1],
  205: (bytes) => [bytes.readUInt16BE(), 2],
  206: (bytes) => [bytes.readUInt32BE(), 4],
  207: (bytes) => [Number(bytes.readBigUInt64BE()), 8],
  208: (bytes) => [bytes.readInt8(), 1],
  209: (bytes) => [bytes.readInt16BE(), 2],
  210: (bytes) => [bytes.readInt32BE(), 4],
  211: (bytes) => [Number(bytes.readBigInt64BE()), 8],
}
/** The width of the length after these types. */
const LENGTHS: Readonly<Record<number, readonly ['string' | 'array' | 'map', number]>> = {
  217: ['string', 1],
  196: ['string', 1],
  218: ['string', 2],
  197: ['string', 2],
  219: ['string', 4],
  198: ['string', 4],
  220: ['array', 2],
  221: ['array', 4],
  222: ['map', 2],
  223: ['map', 4],
}
const SIMPLE: Readonly<Record<number, LuaValue>> = { 192: null, 194: false, 195: true }
/** The maximum nesting, so that hostile input cannot overflow the stack. */
const MAX_NESTING = 1000

class Unpacker {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
  ) {}

  value(depth = 0): LuaValue {
    const code = this.takeBytes(1).readUInt8()
    if (code < 0x80) return code
    if (code >= 0xe0) return code - 0x100
    if (code < 0x90) return this.map(code & 15, depth)
    if (code < 0xa0) return this.array(code & 15, depth)
    if (code < 0xc0) return this.takeBytes(code & 31)
    const simple = SIMPLE[code]
    if (simple !== undefined) return simple
    const number = NUMBERS[code]
    if (number) return this.number(number)
    const [kind, width] = LENGTHS[code] ?? malformed()
    const length = this.takeBytes(width).readUIntBE(0, width)
    if (kind === 'string') return this.takeBytes(length)
    return kind === 'array' ? this.array(length, depth) : this.map(length, depth)
  }

  private number(read: (bytes: Buffer) => readonly [number, number]): number {
    try {
      const [value, width] = read(this.bytes.subarray(this.at))
      this.at += width
      return value
    } catch {
      return missing()
    }
  }

  private array(length: number, depth: number): LuaTable {
    if (depth > MAX_NESTING) malformed()
    const items: LuaValue[] = []
    while (items.length < length) items.push(this.value(depth + 1))
    return LuaTable.list(items)
  }

  private map(length: number, depth: number): LuaTable {
    if (depth > MAX_NESTING) malformed()
    const table = new LuaTable()
    while (table.entries.length < length) {
      const key = this.value(depth + 1)
      if (key === null || Number.isNaN(key)) malformed()
      table.entries.push([key, this.value(depth + 1)])
    }
    return table
  }

  private takeBytes(length: number): Buffer {
    const end = this.at + length
    if (end > this.bytes.length) missing()
    const taken = Buffer.from(this.bytes.subarray(this.at, end))
    this.at = end
    return taken
  }
}

function missing(): never {
  throw new LuaError('Missing bytes in input.')
}

function malformed(): never {
  throw new LuaError('Bad data format in input.')
}

/** Unpacks up to `limit` values from `offset`, preceded by the offset of the rest: -1 at the end of the input. */
function unpackSome(bytes: Buffer, limit: number, offset: number): LuaValue[] {
  if (limit < 0 || offset < 0)
    throw new LuaError(`Invalid request to unpack with offset of ${offset} and limit of ${bytes.length}.`)
  if (offset > bytes.length) throw new LuaError(`Start offset ${offset} greater than input length ${bytes.length}.`)
  const unpacker = new Unpacker(bytes, offset)
  const values: LuaValue[] = []
  while (values.length < limit && unpacker.at < bytes.length) values.push(unpacker.value())
  return [unpacker.at === bytes.length ? -1 : unpacker.at, ...values]
}

const optional = (args: readonly LuaValue[], at: number, to: string): number =>
  args.length < at ? 0 : Math.trunc(numberArgument(args, at, to))

export const cmsgpack: Library = {
  functions: {
    pack(args) {
      if (args.length === 0) throw badArgument(0, 'pack', 'MessagePack pack needs input.')
      return [Buffer.concat(args.flatMap((value) => pack(value, 0)))]
    },
    unpack: (args) => unpackSome(bytesArgument(args, 1, 'unpack'), Number.POSITIVE_INFINITY, 0).slice(1),
    unpack_one: (args) => unpackSome(bytesArgument(args, 1, 'unpack_one'), 1, optional(args, 2, 'unpack_one')),
    unpack_limit: (args) =>
      unpackSome(
        bytesArgument(args, 1, 'unpack_limit'),
        Math.trunc(numberArgument(args, 2, 'unpack_limit')),
        optional(args, 3, 'unpack_limit'),
      ),
  },
  constants: { _NAME: Buffer.from('cmsgpack'), _VERSION: Buffer.from('lua-cmsgpack 0.4.0') },
}
