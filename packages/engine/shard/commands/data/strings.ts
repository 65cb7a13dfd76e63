import { wallMs } from '../../../clock'
import { CommandError, NOT_FLOAT } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, OK } from '../../core'
import { addLongDouble, formatLongDouble, parseLongDouble } from '../../keys/long-double'
import { INT64_MAX, INT64_MIN } from '../../keys/numbers'
import { StoredString } from '../../keys/values'
import { arg, bigInteger, bytes, EMPTY, integer, name, range, syntaxError, word } from '../arguments'
import { expiryTime, expiryUnit } from '../expiry'
import type { CommandHandlers } from '../spec'

const MAX_LENGTH = 512 * 1024 * 1024
const TOO_LONG = 'ERR string exceeds maximum allowed size (proto-max-bulk-len)'
const OVERFLOW = 'ERR increment or decrement would overflow'

interface SetOptions {
  readonly nx: boolean
  readonly xx: boolean
  readonly get: boolean
  readonly keepTtl: boolean
  readonly expireAt: number
}

const PLAIN: SetOptions = { nx: false, xx: false, get: false, keepTtl: false, expireAt: 0 }

function setOptions(argv: readonly Buffer[]): SetOptions {
  const options = { ...PLAIN }
  let unit: ReturnType<typeof expiryUnit>
  let time: Buffer | undefined
  for (let i = 3; i < argv.length; i++) {
    const option = word(argv[i])
    const asked = expiryUnit(option)
    if (option === 'nx' && !options.xx) options.nx = true
    else if (option === 'xx' && !options.nx) options.xx = true
    else if (option === 'get') options.get = true
    else if (option === 'keepttl' && !unit) options.keepTtl = true
    else if (asked && !unit && !options.keepTtl && i + 1 < argv.length) {
      unit = asked
      time = argv[++i]
    } else syntaxError()
  }
  if (unit) options.expireAt = expiryTime(time, unit, 'set')
  return options
}

/** The value of a key as a reply; nil if it does not exist. */
function current(context: CommandContext, key: string): CommandReply {
  return context.keys.read(key, StoredString)?.bytes ?? null
}

function assign({ keys }: CommandContext, key: string, value: Buffer, options = PLAIN): void {
  keys.putValue(key, new StoredString(value), options.keepTtl)
  keys.modified(key)
  if (options.expireAt) keys.expireAt(key, options.expireAt)
  keys.event('set', key)
  if (options.expireAt) keys.event('expire', key)
}

function set(context: CommandContext, argv: readonly Buffer[], options: SetOptions): CommandReply {
  const key = name(argv[1])
  const old = options.get ? current(context, key) : null
  const found = context.keys.lookupWrite(key) !== undefined
  if ((options.nx && found) || (options.xx && !found)) return old
  assign(context, key, arg(argv, 2), options)
  return options.get ? old : OK
}

function setExpiring(unit: 'ex' | 'px', command: string) {
  return (context: CommandContext, argv: readonly Buffer[]): CommandReply => {
    assign(context, name(argv[1]), arg(argv, 3), { ...PLAIN, expireAt: expiryTime(argv[2], unit, command) })
    return OK
  }
}

function getex(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { keys } = context
  const key = name(argv[1])
  const option = word(argv[2])
  const unit = expiryUnit(option)
  if (argv.length > 2 && !(unit && argv.length === 4) && !(option === 'persist' && argv.length === 3)) syntaxError()
  const value = keys.read(key, StoredString)
  if (!value) return null
  if (unit) {
    const at = expiryTime(argv[3], unit, 'getex')
    if (at <= wallMs()) {
      keys.remove(key)
      keys.modified(key)
      keys.event('del', key)
      return value.bytes
    }
    keys.expireAt(key, at)
    keys.modified(key)
    keys.event('expire', key)
  } else if (option === 'persist' && keys.peek(key)?.expireAt) {
    keys.expireAt(key, 0)
    keys.modified(key)
    keys.event('persist', key)
  }
  return value.bytes
}

function mset(context: CommandContext, argv: readonly Buffer[], onlyNew: boolean): CommandReply {
  if (argv.length % 2 === 0)
    throw new CommandError(`ERR wrong number of arguments for '${onlyNew ? 'msetnx' : 'mset'}' command`)
  if (onlyNew) {
    for (let i = 1; i < argv.length; i += 2) if (context.keys.lookupWrite(name(argv[i]))) return 0
  }
  for (let i = 1; i < argv.length; i += 2) assign(context, name(argv[i]), arg(argv, i + 1))
  return onlyNew ? 1 : OK
}

function increase(context: CommandContext, key: string, by: bigint): CommandReply {
  const { keys } = context
  const value = keys.write(key, StoredString)
  const sum = (value ? bigInteger(value.bytes) : 0n) + by
  if (sum > INT64_MAX || sum < INT64_MIN) throw new CommandError(OVERFLOW)
  keys.putValue(key, new StoredString(bytes(String(sum))), true)
  keys.modified(key)
  keys.event('incrby', key)
  return sum
}

function increaseFloat({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const value = keys.write(key, StoredString)
  const old = parseLongDouble(value ? name(value.bytes) : '0')
  const by = parseLongDouble(name(argv[2]))
  if (!old || !by) throw new CommandError(NOT_FLOAT)
  const sum = addLongDouble(old, by)
  if (!sum) throw new CommandError('ERR increment would produce NaN or Infinity')
  const text = bytes(formatLongDouble(sum))
  keys.putValue(key, new StoredString(text, 'text'), true)
  keys.modified(key)
  keys.event('incrbyfloat', key)
  return text
}

function append({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const tail = arg(argv, 2)
  const value = keys.write(key, StoredString)
  if (value && value.bytes.length + tail.length > MAX_LENGTH) throw new CommandError(TOO_LONG)
  const joined = value ? new StoredString(Buffer.concat([value.bytes, tail]), 'raw') : new StoredString(tail)
  keys.putValue(key, joined, true)
  keys.modified(key)
  keys.event('append', key)
  return joined.bytes.length
}

function setRange({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const offset = integer(argv[2])
  const part = arg(argv, 3)
  if (offset < 0) throw new CommandError('ERR offset is out of range')
  const old = keys.write(key, StoredString)?.bytes ?? EMPTY
  if (part.length === 0) return old.length
  if (offset + part.length > MAX_LENGTH) throw new CommandError(TOO_LONG)
  const changed = Buffer.alloc(Math.max(old.length, offset + part.length))
  old.copy(changed)
  part.copy(changed, offset)
  keys.putValue(key, new StoredString(changed, 'raw'), true)
  keys.modified(key)
  keys.event('setrange', key)
  return changed.length
}

function getRange(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const start = integer(argv[2])
  const end = integer(argv[3])
  const value = context.keys.read(name(argv[1]), StoredString)
  if (!value || (start < 0 && end < 0 && start > end)) return EMPTY
  const { length } = value.bytes
  const part = range(start, end < 0 ? Math.max(0, length + end) : end, length)
  return part ? value.bytes.subarray(part[0], part[1] + 1) : EMPTY
}

export const strings: CommandHandlers = {
  get: (context, argv) => current(context, name(argv[1])),
  set: (context, argv) => set(context, argv, argv.length === 3 ? PLAIN : setOptions(argv)),
  setnx: (context, argv) => (set(context, argv, { ...PLAIN, nx: true }) === OK ? 1 : 0),
  setex: setExpiring('ex', 'setex'),
  psetex: setExpiring('px', 'psetex'),
  getex,
  getdel(context, argv) {
    const key = name(argv[1])
    const value = current(context, key)
    if (value === null) return null
    context.keys.remove(key)
    context.keys.modified(key)
    context.keys.event('del', key)
    return value
  },
  getset(context, argv) {
    const key = name(argv[1])
    const old = current(context, key)
    assign(context, key, arg(argv, 2))
    return old
  },
  mget: ({ keys }, argv) =>
    argv.slice(1).map((key) => {
      const value = keys.lookup(name(key))?.value
      return value instanceof StoredString ? value.bytes : null
    }),
  mset: (context, argv) => mset(context, argv, false),
  msetnx: (context, argv) => mset(context, argv, true),
  incr: (context, argv) => increase(context, name(argv[1]), 1n),
  decr: (context, argv) => increase(context, name(argv[1]), -1n),
  incrby: (context, argv) => increase(context, name(argv[1]), bigInteger(argv[2])),
  decrby(context, argv) {
    const by = bigInteger(argv[2])
    if (by === INT64_MIN) throw new CommandError('ERR decrement would overflow')
    return increase(context, name(argv[1]), -by)
  },
  incrbyfloat: increaseFloat,
  append,
  strlen: ({ keys }, argv) => keys.read(name(argv[1]), StoredString)?.bytes.length ?? 0,
  setrange: setRange,
  getrange: getRange,
  substr: getRange,
}
