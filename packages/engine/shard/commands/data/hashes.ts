import { CommandError, SYNTAX } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, OK, ReplyMap } from '../../core'
import { addLongDouble, formatLongDouble, isInfinite, parseLongDouble } from '../../keys/long-double'
import { INT64_MAX, INT64_MIN, parseInt64 } from '../../keys/numbers'
import { StoredHash } from '../../keys/values'
import { arg, bigInteger, bytes, integer, name, word } from '../arguments'
import { scanCursor, scanDict, scanOptions } from '../scan'
import type { CommandHandlers } from '../spec'
import { pick } from './random'

function hset({ keys }: CommandContext, argv: readonly Buffer[], command: 'hset' | 'hmset'): CommandReply {
  if (argv.length % 2 === 1) throw new CommandError(`ERR wrong number of arguments for '${command}' command`)
  const key = name(argv[1])
  const hash = keys.ensure(key, StoredHash)
  let added = 0
  for (let i = 2; i < argv.length; i += 2) if (hash.set(name(argv[i]), arg(argv, i + 1))) added += 1
  keys.modified(key)
  keys.event('hset', key)
  return command === 'hset' ? added : OK
}

function hdel({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const hash = keys.write(key, StoredHash)
  if (!hash) return 0
  const removed = argv.slice(2).filter((field) => hash.fields.delete(name(field))).length
  if (removed === 0) return 0
  keys.modified(key)
  keys.event('hdel', key)
  keys.removeIfEmpty(key, hash)
  return removed
}

function hincrby({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const field = name(argv[2])
  const by = bigInteger(argv[3])
  const old = keys.write(key, StoredHash)?.fields.get(field)
  const value = old ? parseInt64(name(old)) : 0n
  if (value === undefined) throw new CommandError('ERR hash value is not an integer')
  const sum = value + by
  if (sum > INT64_MAX || sum < INT64_MIN) throw new CommandError('ERR increment or decrement would overflow')
  keys.ensure(key, StoredHash).set(field, bytes(String(sum)))
  keys.modified(key)
  keys.event('hincrby', key)
  return sum
}

function hincrbyfloat({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const field = name(argv[2])
  const by = parseLongDouble(name(argv[3]))
  if (!by) throw new CommandError('ERR value is not a valid float')
  if (isInfinite(by)) throw new CommandError('ERR value is NaN or Infinity')
  const old = keys.write(key, StoredHash)?.fields.get(field)
  const value = parseLongDouble(old ? name(old) : '0')
  if (!value) throw new CommandError('ERR hash value is not a float')
  const sum = addLongDouble(value, by)
  if (!sum) throw new CommandError('ERR increment would produce NaN or Infinity')
  const text = bytes(formatLongDouble(sum))
  keys.ensure(key, StoredHash).set(field, text)
  keys.modified(key)
  keys.event('hincrbyfloat', key)
  return text
}

const entriesOf = (hash: StoredHash | undefined): (readonly [string, Buffer])[] => (hash ? [...hash.fields] : [])

function hrandfield(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  if (argv.length === 2) {
    const picked = context.keys.read(key, StoredHash)?.fields.random()
    return picked ? bytes(picked[0]) : null
  }
  const count = integer(argv[2])
  const withValues = argv.length > 3
  if (argv.length > 4 || (withValues && word(argv[3]) !== 'withvalues')) throw new CommandError(SYNTAX)
  if (withValues && Math.abs(count) > Number.MAX_SAFE_INTEGER / 2) throw new CommandError('ERR value is out of range')
  const hash = context.keys.read(key, StoredHash)
  const picked = hash ? pick(hash.fields, count) : []
  if (!withValues) return picked.map(([field]) => bytes(field))
  const pairs = picked.map(([field, value]): CommandReply[] => [bytes(field), value])
  return context.resp3 ? pairs : pairs.flat()
}

export const hashes: CommandHandlers = {
  hset: (context, argv) => hset(context, argv, 'hset'),
  hmset: (context, argv) => hset(context, argv, 'hmset'),
  hsetnx({ keys }, argv) {
    const key = name(argv[1])
    const field = name(argv[2])
    if (keys.write(key, StoredHash)?.fields.has(field)) return 0
    keys.ensure(key, StoredHash).set(field, arg(argv, 3))
    keys.modified(key)
    keys.event('hset', key)
    return 1
  },
  hget: ({ keys }, argv) => keys.read(name(argv[1]), StoredHash)?.fields.get(name(argv[2])) ?? null,
  hmget({ keys }, argv) {
    const hash = keys.read(name(argv[1]), StoredHash)
    return argv.slice(2).map((field) => hash?.fields.get(name(field)) ?? null)
  },
  hdel,
  hlen: ({ keys }, argv) => keys.read(name(argv[1]), StoredHash)?.size ?? 0,
  hstrlen: ({ keys }, argv) => keys.read(name(argv[1]), StoredHash)?.fields.get(name(argv[2]))?.length ?? 0,
  hexists: ({ keys }, argv) => Number(keys.read(name(argv[1]), StoredHash)?.fields.has(name(argv[2])) ?? false),
  hkeys: ({ keys }, argv) => entriesOf(keys.read(name(argv[1]), StoredHash)).map(([field]) => bytes(field)),
  hvals: ({ keys }, argv) => entriesOf(keys.read(name(argv[1]), StoredHash)).map(([, value]) => value),
  hgetall: ({ keys }, argv) =>
    new ReplyMap(entriesOf(keys.read(name(argv[1]), StoredHash)).map(([field, value]) => [bytes(field), value])),
  hincrby,
  hincrbyfloat,
  hrandfield,
  hscan({ keys }, argv) {
    scanCursor(argv[2])
    const hash = keys.read(name(argv[1]), StoredHash)
    if (!hash) return ['0', []]
    const options = scanOptions(argv, 2, false)
    return scanDict(hash.fields, hash.encoding === 'listpack', options, (field, value) => [bytes(field), value])
  },
}
