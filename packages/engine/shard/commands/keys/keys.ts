import { steadyMs, wallMs } from '../../../clock'
import { CommandError, NO_KEY } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, OK, Simple } from '../../core'
import { globMatch } from '../../keys/glob'
import { DATABASES } from '../../keys/keyspace'
import { INT64_MAX } from '../../keys/numbers'
import { copyValue, StoredModuleValue, StoredString, type StoredValue } from '../../keys/values'
import { arg, bigInteger, bytes, integer, name, syntaxError, word } from '../arguments'
import { scanOptions } from '../scan'
import type { CommandHandlers } from '../spec'
import { sort } from './sort'

const SAME_OBJECT = 'ERR source and destination objects are the same'
const DB_RANGE = 'ERR DB index is out of range'

interface ExpireConditions {
  readonly nx: boolean
  readonly xx: boolean
  readonly gt: boolean
  readonly lt: boolean
}

function expireConditions(argv: readonly Buffer[]): ExpireConditions {
  const given = new Set<string>()
  for (const option of argv.slice(3)) {
    if (!['nx', 'xx', 'gt', 'lt'].includes(word(option)))
      throw new CommandError(`ERR Unsupported option ${name(option)}`)
    given.add(word(option))
  }
  const [nx, xx, gt, lt] = [given.has('nx'), given.has('xx'), given.has('gt'), given.has('lt')]
  if (nx && (xx || gt || lt))
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible')
  if (gt && lt) throw new CommandError('ERR GT and LT options at the same time are not compatible')
  return { nx, xx, gt, lt }
}

function allowed({ nx, xx, gt, lt }: ExpireConditions, old: number, at: number): boolean {
  if (nx && old !== 0) return false
  if (xx && old === 0) return false
  if (gt && (old === 0 || at <= old)) return false
  return !(lt && old !== 0 && at >= old)
}

function expire(command: string, unit: 1 | 1000, absolute: boolean) {
  return ({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const conditions = expireConditions(argv)
    let when = bigInteger(argv[2])
    const invalid = `ERR invalid expire time in '${command}' command`
    const base = absolute ? 0n : BigInt(wallMs())
    if (unit === 1000) {
      if (when > INT64_MAX / 1000n || when < -(INT64_MAX / 1000n)) throw new CommandError(invalid)
      when *= 1000n
    }
    if (when > INT64_MAX - base) throw new CommandError(invalid)
    const at = Number(when + base)
    const key = name(argv[1])
    const entry = keys.lookupWrite(key)
    if (!entry || !allowed(conditions, entry.expireAt, at)) return 0
    if (at <= wallMs()) {
      keys.remove(key)
      keys.modified(key)
      keys.event('del', key)
      return 1
    }
    keys.expireAt(key, at)
    keys.modified(key)
    keys.event('expire', key)
    return 1
  }
}

function timeLeft(show: (at: number) => number) {
  return ({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const entry = keys.lookup(name(argv[1]))
    if (!entry) return -2
    return entry.expireAt === 0 ? -1 : show(entry.expireAt)
  }
}

const toSeconds = (ms: number): number => Math.floor((ms + 500) / 1000)
const remaining = (at: number): number => Math.max(0, at - wallMs())

function remove({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  let removed = 0
  for (const arg of argv.slice(1)) {
    const key = name(arg)
    if (!keys.remove(key)) continue
    keys.modified(key)
    keys.event('del', key)
    removed += 1
  }
  return removed
}

function rename({ keys }: CommandContext, argv: readonly Buffer[], onlyNew: boolean): CommandReply {
  const from = name(argv[1])
  const to = name(argv[2])
  if (!keys.lookupWrite(from)) throw new CommandError(NO_KEY)
  if (from === to) return onlyNew ? 0 : OK
  if (keys.lookupWrite(to)) {
    if (onlyNew) return 0
    keys.remove(to)
  }
  const entry = keys.takeEntry(from)
  if (!entry) throw new CommandError(NO_KEY)
  keys.adopt(to, entry.value, entry.expireAt)
  keys.modified(from)
  keys.modified(to)
  keys.event('rename_from', from)
  keys.event('rename_to', to)
  return onlyNew ? 1 : OK
}

function databaseIndex(text: Buffer | undefined): number {
  const index = integer(text)
  if (index < 0 || index >= DATABASES) throw new CommandError(DB_RANGE)
  return index
}

function copy(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { keys, shard } = context
  let db = context.db
  let replace = false
  for (let i = 3; i < argv.length; i++) {
    const option = word(argv[i])
    if (option === 'replace') replace = true
    else if (option === 'db' && i + 1 < argv.length) db = databaseIndex(argv[++i])
    else syntaxError()
  }
  if (shard.clusterEnabled && db !== 0)
    throw new CommandError('ERR Copying to another database is not allowed in cluster mode')
  const from = name(argv[1])
  const to = name(argv[2])
  if (db === context.db && from === to) throw new CommandError(SAME_OBJECT)
  const entry = keys.lookup(from)
  if (!entry) return 0
  const target = shard.keyspace.at(db)
  if (target.lookupWrite(to)) {
    if (!replace) return 0
    target.remove(to)
  }
  const value = copyValue(entry.value)
  if (!value) throw new CommandError('ERR not supported for this module key')
  target.adopt(to, value, entry.expireAt)
  target.modified(to)
  target.event('copy_to', to)
  return 1
}

function move(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { keys, shard, db } = context
  if (shard.clusterEnabled) throw new CommandError('ERR MOVE is not allowed in cluster mode')
  const key = name(argv[1])
  const index = databaseIndex(argv[2])
  if (index === db) throw new CommandError(SAME_OBJECT)
  if (!keys.lookupWrite(key)) return 0
  const target = shard.keyspace.at(index)
  if (target.lookupWrite(key)) return 0
  const entry = keys.takeEntry(key)
  if (!entry) return 0
  target.adopt(key, entry.value, entry.expireAt)
  keys.modified(key)
  target.modified(key)
  keys.event('move_from', key)
  target.event('move_to', key)
  return 1
}

const typeName = (value: StoredValue): string => (value instanceof StoredModuleValue ? value.typeName : value.type)

function scan({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { cursor, match, count, type } = scanOptions(argv, 1, true)
  const step = keys.scan(cursor, count)
  const found = step.keys.filter((key) => {
    if (match !== undefined && !globMatch(match, key)) return false
    const entry = keys.peek(key)
    return entry !== undefined && (type === undefined || typeName(entry.value) === type)
  })
  return [String(step.next), found.map(bytes)]
}

function listKeys({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const pattern = name(argv[1])
  const found: Buffer[] = []
  for (const key of [...keys.keys()]) if (globMatch(pattern, key) && keys.peek(key)) found.push(bytes(key))
  return found
}

const NO_LFU =
  'ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.'
const SHARED_REFS = 2147483647

const refCount = (value: StoredValue): number => (value instanceof StoredString && value.shared ? SHARED_REFS : 1)

function inspect(answer: (value: StoredValue, usedAt: number) => CommandReply) {
  return ({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const entry = keys.peek(name(argv[2]))
    return entry ? answer(entry.value, entry.usedAt) : null
  }
}

export const keys: CommandHandlers = {
  del: remove,
  unlink: remove,
  exists: (context, argv) => argv.slice(1).filter((key) => context.keys.lookup(name(key))).length,
  touch: (context, argv) => argv.slice(1).filter((key) => context.keys.lookup(name(key))).length,
  type(context, argv) {
    const entry = context.keys.lookup(name(argv[1]))
    return new Simple(entry ? typeName(entry.value) : 'none')
  },
  expire: expire('expire', 1000, false),
  pexpire: expire('pexpire', 1, false),
  expireat: expire('expireat', 1000, true),
  pexpireat: expire('pexpireat', 1, true),
  ttl: timeLeft((at) => toSeconds(remaining(at))),
  pttl: timeLeft(remaining),
  expiretime: timeLeft(toSeconds),
  pexpiretime: timeLeft((at) => at),
  persist(context, argv) {
    const key = name(argv[1])
    const entry = context.keys.lookupWrite(key)
    if (!entry || entry.expireAt === 0) return 0
    context.keys.expireAt(key, 0)
    context.keys.modified(key)
    context.keys.event('persist', key)
    return 1
  },
  rename: (context, argv) => rename(context, argv, false),
  renamenx: (context, argv) => rename(context, argv, true),
  copy,
  move,
  randomkey({ keys: database }) {
    const key = database.randomKey()
    return key === undefined ? null : bytes(key)
  },
  keys: listKeys,
  scan,
  sort: (context, argv) => sort(context, argv, true),
  sort_ro: (context, argv) => sort(context, argv, false),
  'object|encoding': inspect((value) => value.encoding),
  'object|refcount': inspect(refCount),
  'object|idletime': inspect((_, usedAt) => Math.floor((steadyMs() - usedAt) / 1000)),
  'object|freq': inspect(() => {
    throw new CommandError(NO_LFU)
  }),
  swapdb({ shard }, argv) {
    if (shard.clusterEnabled) throw new CommandError('ERR SWAPDB is not allowed in cluster mode')
    const first = integer(arg(argv, 1), 'ERR invalid first DB index')
    const second = integer(arg(argv, 2), 'ERR invalid second DB index')
    for (const index of [first, second]) if (index < 0 || index >= DATABASES) throw new CommandError(DB_RANGE)
    if (first !== second) shard.keyspace.at(first).swap(shard.keyspace.at(second))
    return OK
  },
  flushdb({ keys: database }, argv) {
    checkFlush(argv)
    database.clear()
    return OK
  },
  flushall({ shard }, argv) {
    checkFlush(argv)
    for (const database of shard.keyspace) database.clear()
    return OK
  },
  dbsize: ({ keys: database }) => database.size,
}

function checkFlush(argv: readonly Buffer[]): void {
  if (argv.length > 2 || (argv.length === 2 && !['sync', 'async'].includes(word(argv[1])))) syntaxError()
}
