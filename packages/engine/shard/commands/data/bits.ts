import { CommandError, SYNTAX } from '../../command-error'
import type { CommandContext } from '../../context'
import type { CommandReply } from '../../core'
import { StoredString } from '../../keys/values'
import { bigInteger, EMPTY, integer, name, syntaxError, word } from '../arguments'
import type { CommandHandlers } from '../spec'

const MAX_BITS = 512 * 1024 * 1024 * 8
const BIT_OFFSET = 'ERR bit offset is not an integer or out of range'

function bitOffset(text: Buffer | undefined): number {
  const offset = integer(text, BIT_OFFSET)
  if (offset < 0 || offset >= MAX_BITS) throw new CommandError(BIT_OFFSET)
  return offset
}

const bitAt = (bytes: Buffer, offset: number): number =>
  ((bytes[Math.floor(offset / 8)] ?? 0) >> (7 - (offset % 8))) & 1

function setbit({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const offset = bitOffset(argv[2])
  const bit = integer(argv[3], 'ERR bit is not an integer or out of range')
  if (bit !== 0 && bit !== 1) throw new CommandError('ERR bit is not an integer or out of range')
  const old = keys.write(key, StoredString)?.bytes ?? EMPTY
  const byte = Math.floor(offset / 8)
  const changed = Buffer.alloc(Math.max(old.length, byte + 1))
  old.copy(changed)
  const mask = 1 << (7 - (offset % 8))
  const before = changed[byte] ?? 0
  const after = bit ? before | mask : before & ~mask
  changed[byte] = after
  keys.putValue(key, new StoredString(changed, 'raw'), true)
  if (after === before && changed.length === old.length) return bit
  keys.modified(key)
  keys.event('setbit', key)
  return before & mask ? 1 : 0
}

const POPCOUNT = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)

/** A range over bytes or bits, in bits and inclusive; undefined if it is empty. BITCOUNT treats negative ends strictly. */
function bitRange(
  argv: readonly Buffer[],
  at: number,
  length: number,
  strict: boolean,
): readonly [number, number] | undefined {
  const given = argv.length - at
  const start = given > 0 ? integer(argv[at]) : 0
  const end = given > 1 ? integer(argv[at + 1]) : -1
  if (strict && start < 0 && end < 0 && start > end) return undefined
  let bits = false
  if (given > 2) {
    const unit = word(argv[at + 2])
    if (unit !== 'bit' && unit !== 'byte') throw new CommandError(SYNTAX)
    bits = unit === 'bit'
  }
  const total = bits ? length * 8 : length
  const from = Math.max(0, start < 0 ? total + start : start)
  const to = Math.min(total - 1, Math.max(0, end < 0 ? total + end : end))
  if (from > to || total === 0) return undefined
  return bits ? [from, to] : [from * 8, to * 8 + 7]
}

function bitcount({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const value = keys.read(name(argv[1]), StoredString)
  if (!value) return 0
  if (argv.length === 3 || argv.length > 5) syntaxError()
  const part = bitRange(argv, 2, value.bytes.length, true)
  if (!part) return 0
  let count = 0
  let at = part[0]
  for (; at <= part[1] && at % 8 !== 0; at++) count += bitAt(value.bytes, at)
  for (; at + 7 <= part[1]; at += 8) count += POPCOUNT[value.bytes[at / 8] ?? 0] ?? 0
  for (; at <= part[1]; at++) count += bitAt(value.bytes, at)
  return count
}

function bitpos({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const bit = integer(argv[2])
  if (bit !== 0 && bit !== 1) throw new CommandError('ERR The bit argument must be 1 or 0.')
  const value = keys.read(name(argv[1]), StoredString)
  if (!value) return bit ? -1 : 0
  if (argv.length > 6) syntaxError()
  const { bytes } = value
  const part = bitRange(argv, 3, bytes.length, false)
  if (!part) return -1
  const skip = bit ? 0 : 255
  let at = part[0]
  while (at <= part[1]) {
    if (at % 8 === 0 && at + 7 <= part[1] && bytes[at / 8] === skip) {
      at += 8
      continue
    }
    if (bitAt(bytes, at) === bit) return at
    at += 1
  }
  // Without an end, the value counts as if zeros followed it.
  return bit === 0 && argv.length < 5 ? bytes.length * 8 : -1
}

const COMBINE: ReadonlyMap<string, (a: number, b: number) => number> = new Map(
  Object.entries({
    and: (a, b) => a & b,
    or: (a, b) => a | b,
    xor: (a, b) => a ^ b,
  }),
)

function bitop({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const operation = word(argv[1])
  const combine = COMBINE.get(operation)
  if (!combine && operation !== 'not') syntaxError()
  if (operation === 'not' && argv.length !== 4)
    throw new CommandError('ERR BITOP NOT must be called with a single source key.')
  const target = name(argv[2])
  const sources = argv.slice(3).map((key) => keys.read(name(key), StoredString)?.bytes ?? EMPTY)
  const length = Math.max(...sources.map((source) => source.length))
  const [first = EMPTY, ...others] = sources
  const result = Buffer.alloc(length)
  for (let i = 0; i < length; i++) {
    const start = first[i] ?? 0
    result[i] = combine ? others.reduce((value, other) => combine(value, other[i] ?? 0), start) : ~start
  }
  if (length > 0) {
    keys.putValue(target, new StoredString(result, 'raw'))
    keys.modified(target)
    keys.event('set', target)
  } else if (keys.remove(target)) {
    keys.modified(target)
    keys.event('del', target)
  }
  return length
}

interface BitField {
  readonly signed: boolean
  readonly bits: number
  readonly offset: number
}

type Overflow = 'wrap' | 'sat' | 'fail'

type FieldOperation = { readonly field: BitField } & (
  | { readonly kind: 'get' }
  | { readonly kind: 'set' | 'incrby'; readonly value: bigint; readonly overflow: Overflow }
)

function field(type: Buffer | undefined, offset: Buffer | undefined): BitField {
  const match = /^([iu])([0-9]{1,2})$/.exec(name(type))
  const bits = Number(match?.[2] ?? 0)
  const signed = match?.[1] === 'i'
  if (bits < 1 || bits > (signed ? 64 : 63))
    throw new CommandError(
      'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.',
    )
  const text = name(offset)
  const counted = text.startsWith('#')
  const number = integer(Buffer.from(counted ? text.slice(1) : text), BIT_OFFSET)
  const at = counted ? number * bits : number
  if (at < 0 || at + bits > MAX_BITS) throw new CommandError(BIT_OFFSET)
  return { signed, bits, offset: at }
}

function fieldOperations(argv: readonly Buffer[], readOnly: boolean): FieldOperation[] {
  const operations: FieldOperation[] = []
  let overflow: Overflow = 'wrap'
  for (let i = 2; i < argv.length; ) {
    const kind = word(argv[i])
    const left = argv.length - i - 1
    if (kind === 'overflow' && left >= 1) {
      const asked = word(argv[i + 1])
      if (asked !== 'wrap' && asked !== 'sat' && asked !== 'fail')
        throw new CommandError('ERR Invalid OVERFLOW type specified')
      overflow = asked
      i += 2
    } else if (kind === 'get' && left >= 2) {
      operations.push({ kind, field: field(argv[i + 1], argv[i + 2]) })
      i += 3
    } else if ((kind === 'set' || kind === 'incrby') && left >= 3) {
      const value = bigInteger(argv[i + 3])
      operations.push({ kind, value, overflow, field: field(argv[i + 1], argv[i + 2]) })
      i += 4
    } else syntaxError()
  }
  if (readOnly && operations.some(({ kind }) => kind !== 'get'))
    throw new CommandError('ERR BITFIELD_RO only supports the GET subcommand')
  return operations
}

function readField(bytes: Buffer, { signed, bits, offset }: BitField): bigint {
  let value = 0n
  for (let i = 0; i < bits; i++) value = (value << 1n) | BigInt(bitAt(bytes, offset + i))
  return signed ? BigInt.asIntN(bits, value) : value
}

function writeField(bytes: Buffer, { bits, offset }: BitField, value: bigint): void {
  for (let i = 0; i < bits; i++) {
    const at = offset + i
    const mask = 1 << (7 - (at % 8))
    const byte = Math.floor(at / 8)
    const one = (value >> BigInt(bits - 1 - i)) & 1n
    bytes[byte] = one ? (bytes[byte] ?? 0) | mask : (bytes[byte] ?? 0) & ~mask
  }
}

/** The value that SET writes. An unsigned field takes the value's 64 bits, so that -1 is too large rather than too small. */
const assigned = ({ field: { signed }, value }: { readonly field: BitField; readonly value: bigint }): bigint =>
  signed ? value : BigInt.asUintN(64, value)

/** The value that fits into the field; undefined if it overflows and the policy is FAIL. */
function clamp(value: bigint, { signed, bits }: BitField, overflow: Overflow): bigint | undefined {
  const low = signed ? -(1n << BigInt(bits - 1)) : 0n
  const high = signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n
  if (value >= low && value <= high) return value
  if (overflow === 'fail') return undefined
  if (overflow === 'sat') return value < low ? low : high
  return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)
}

function bitfield({ keys }: CommandContext, argv: readonly Buffer[], readOnly: boolean): CommandReply {
  const operations = fieldOperations(argv, readOnly)
  const key = name(argv[1])
  const writes = operations.filter(({ kind }) => kind !== 'get')
  const old = (writes.length > 0 ? keys.write(key, StoredString) : keys.read(key, StoredString))?.bytes ?? EMPTY
  const need = Math.max(0, ...writes.map((each) => Math.ceil((each.field.offset + each.field.bits) / 8)))
  const bytes = writes.length > 0 ? Buffer.concat([old], Math.max(old.length, need)) : old
  let changes = 0
  const replies = operations.map((operation): CommandReply => {
    const before = readField(bytes, operation.field)
    if (operation.kind === 'get') return before
    const wanted = operation.kind === 'set' ? assigned(operation) : before + operation.value
    const value = clamp(wanted, operation.field, operation.overflow)
    if (value === undefined) return null
    writeField(bytes, operation.field, value)
    if (bytes.length > old.length || value !== before) changes += 1
    return operation.kind === 'set' ? before : value
  })
  if (writes.length > 0) keys.putValue(key, new StoredString(bytes, 'raw'), true)
  if (changes > 0) {
    keys.modified(key)
    keys.event('setbit', key)
  }
  return replies
}

export const bits: CommandHandlers = {
  setbit,
  getbit({ keys }, argv) {
    const offset = bitOffset(argv[2])
    const value = keys.read(name(argv[1]), StoredString)
    return value ? bitAt(value.bytes, offset) : 0
  },
  bitcount,
  bitpos,
  bitop,
  bitfield: (context, argv) => bitfield(context, argv, false),
  bitfield_ro: (context, argv) => bitfield(context, argv, true),
}
