import { badArgument, bytesArgument, type Library, LuaError, type LuaValue, numberArgument } from './values'

/** struct 0.2 by Roberto Ierusalimschy: packs values into bytes by a format. */

const MAX_INTEGER = 32
const MAX_ALIGN = 8
const SIZES: Readonly<Record<string, number>> = { b: 1, B: 1, h: 2, H: 2, l: 8, L: 8, T: 8, f: 4, d: 8, x: 1, s: 0 }
const SIGNED = new Set(['b', 'h', 'l', 'i'])

/** One item of a format; its alignment depends on the reader's position. */
interface Option {
  readonly code: string
  /** In bytes; 0 if the value decides. */
  readonly size: number
  readonly bigEndian: boolean
  readonly align: number
}

function* options(format: string, to: string): Generator<Option> {
  let bigEndian = false
  let align = 1
  let at = 0
  const number = (otherwise: number): number => {
    const digits = /^[0-9]+/.exec(format.slice(at))?.[0]
    at += digits?.length ?? 0
    return digits === undefined ? otherwise : Number(digits)
  }
  while (at < format.length) {
    const code = format[at++] ?? ''
    if (code === ' ') continue
    if (code === '>' || code === '<') bigEndian = code === '>'
    else if (code === '!') {
      align = number(MAX_ALIGN)
      if (align === 0 || (align & (align - 1)) !== 0) throw new LuaError(`alignment ${align} is not a power of 2`)
    } else if (code === 'i' || code === 'I') {
      const size = number(4)
      if (size > MAX_INTEGER) throw new LuaError(`integral size ${size} is larger than limit of ${MAX_INTEGER}`)
      yield { code, size, bigEndian, align }
    } else if (code === 'c') yield { code, size: number(1), bigEndian, align }
    else {
      const size = SIZES[code]
      if (size === undefined) throw badArgument(1, to, `invalid format option '${code}'`)
      yield { code, size, bigEndian, align }
    }
  }
}

/** How many padding bytes precede an option at `position`. */
function padding(position: number, { code, size, align }: Option): number {
  const unit = Math.min(size, align)
  return code === 'c' || unit <= 1 ? 0 : (unit - (position & (unit - 1))) & (unit - 1)
}

function integerBytes(value: number, { size, bigEndian }: Option): Buffer {
  const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n
  const bytes = Buffer.alloc(size)
  let left = BigInt.asUintN(64, whole)
  for (let i = 0; i < size; i++, left >>= 8n) bytes[bigEndian ? size - 1 - i : i] = Number(left & 255n)
  return bytes
}

function integerFrom(bytes: Buffer, { code, size, bigEndian }: Option): number {
  let value = 0n
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(bytes[bigEndian ? i : size - 1 - i] ?? 0)
  const bits = Math.min(64, size * 8)
  return Number(SIGNED.has(code) ? BigInt.asIntN(bits, value) : BigInt.asUintN(64, value))
}

function floatBytes(value: number, { size, bigEndian }: Option): Buffer {
  const bytes = Buffer.alloc(size)
  if (size === 4) bytes.writeFloatLE(value)
  else bytes.writeDoubleLE(value)
  return bigEndian ? bytes.reverse() : bytes
}

function floatFrom(bytes: Buffer, { size, bigEndian }: Option): number {
  const ordered = bigEndian ? Buffer.from(bytes).reverse() : bytes
  return size === 4 ? ordered.readFloatLE() : ordered.readDoubleLE()
}

function textBytes(text: Buffer, { code, size }: Option, at: number): Buffer {
  if (text.length < size) throw badArgument(at + 1, 'pack', 'string too short')
  const taken = size === 0 ? text : text.subarray(0, size)
  return code === 's' ? Buffer.concat([taken, Buffer.alloc(1)]) : taken
}

function pack(given: readonly LuaValue[]): LuaValue[] {
  // The original library keeps a nil after its arguments, and its errors about a missing one name it.
  const args = [...given, null]
  const format = bytesArgument(args, 1, 'pack').toString('latin1')
  const parts: Buffer[] = []
  let length = 0
  let at = 2
  for (const option of options(format, 'pack')) {
    const pad = padding(length, option)
    parts.push(Buffer.alloc(pad))
    const { code } = option
    let bytes: Buffer
    if (code === 'x') bytes = Buffer.alloc(1)
    else if (code === 'c' || code === 's') bytes = textBytes(bytesArgument(args, at, 'pack'), option, at++)
    else {
      const value = numberArgument(args, at++, 'pack')
      bytes = code === 'f' || code === 'd' ? floatBytes(value, option) : integerBytes(value, option)
    }
    parts.push(bytes)
    length += pad + bytes.length
  }
  return [Buffer.concat(parts)]
}

/** The bytes of a `c` or `s` option at `at`. The length of `c0` is the preceding number. */
function textFrom(data: Buffer, at: number, { code, size }: Option, values: LuaValue[]): Buffer {
  if (code === 's') {
    const end = data.indexOf(0, at)
    if (end < 0) throw new LuaError('unfinished string in data')
    return data.subarray(at, end)
  }
  if (size > 0) return data.subarray(at, at + size)
  const length = values.pop()
  if (typeof length !== 'number') throw new LuaError("format 'c0' needs a previous size")
  if (length < 0 || at + length > data.length) throw badArgument(2, 'unpack', 'data string too short')
  return data.subarray(at, at + length)
}

function unpack(args: readonly LuaValue[]): LuaValue[] {
  const format = bytesArgument(args, 1, 'unpack').toString('latin1')
  const data = bytesArgument(args, 2, 'unpack')
  let at = (args.length > 2 ? numberArgument(args, 3, 'unpack') : 1) - 1
  if (at < 0) throw badArgument(3, 'unpack', 'offset must be 1 or greater')
  const values: LuaValue[] = []
  for (const option of options(format, 'unpack')) {
    const { code, size } = option
    at += padding(at, option)
    if (at + size > data.length) throw badArgument(2, 'unpack', 'data string too short')
    const bytes = data.subarray(at, at + size)
    if (code === 'c' || code === 's') {
      const text = textFrom(data, at, option, values)
      values.push(Buffer.from(text))
      at += text.length + Number(code === 's')
      continue
    }
    if (code === 'f' || code === 'd') values.push(floatFrom(bytes, option))
    else if (code !== 'x') values.push(integerFrom(bytes, option))
    at += size
  }
  return [...values, at + 1]
}

function size(args: readonly LuaValue[]): LuaValue[] {
  let length = 0
  for (const option of options(bytesArgument(args, 1, 'size').toString('latin1'), 'size')) {
    const { code } = option
    if (code === 's') throw badArgument(1, 'size', "option 's' has no fixed size")
    if (code === 'c' && option.size === 0) throw badArgument(1, 'size', "option 'c0' has no fixed size")
    length += padding(length, option) + option.size
  }
  return [length]
}

export const struct: Library = { functions: { pack, unpack, size } }
