import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, ReplySet } from '../../core'
import { StoredSet } from '../../keys/values'
import { bytes, integer, name, syntaxError, word } from '../arguments'
import { scanCursor, scanDict, scanOptions } from '../scan'
import type { CommandHandlers } from '../spec'
import { pick } from './random'

type SetOperation = 'sinter' | 'sunion' | 'sdiff'

const COUNT_RANGE = 'ERR value is out of range, must be positive'

function sadd({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const set = keys.ensure(key, StoredSet)
  const added = argv.slice(2).filter((member) => set.addMember(name(member))).length
  if (added > 0) {
    keys.modified(key)
    keys.event('sadd', key)
  }
  return added
}

function srem({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const set = keys.write(key, StoredSet)
  if (!set) return 0
  const removed = argv.slice(2).filter((member) => set.members.delete(name(member))).length
  if (removed === 0) return 0
  keys.modified(key)
  keys.event('srem', key)
  keys.removeIfEmpty(key, set)
  return removed
}

function smove({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const source = name(argv[1])
  const target = name(argv[2])
  const member = name(argv[3])
  const from = keys.write(source, StoredSet)
  if (!from) return 0
  const to = keys.write(target, StoredSet)
  if (from === to) return Number(from.members.has(member))
  if (!from.members.delete(member)) return 0
  keys.event('srem', source)
  keys.removeIfEmpty(source, from)
  keys.modified(source)
  const added = keys.ensure(target, StoredSet).addMember(member)
  if (added) {
    keys.modified(target)
    keys.event('sadd', target)
  }
  return 1
}

function spop({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  if (argv.length > 3) syntaxError()
  const key = name(argv[1])
  const count = argv.length === 3 ? integer(argv[2], COUNT_RANGE) : undefined
  if (count !== undefined && count < 0) throw new CommandError(COUNT_RANGE)
  const set = keys.write(key, StoredSet)
  if (!set) return count === undefined ? null : new ReplySet([])
  if (count === 0) return new ReplySet([])
  const members = pick(set.members, count ?? 1).map(([member]) => member)
  for (const member of members) set.members.delete(member)
  keys.event('spop', key)
  keys.removeIfEmpty(key, set)
  keys.modified(key)
  return count === undefined ? bytes(members[0] ?? '') : new ReplySet(members.map(bytes))
}

function srandmember({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  if (argv.length > 3) syntaxError()
  const key = name(argv[1])
  if (argv.length === 3) {
    const count = integer(argv[2])
    const set = keys.read(key, StoredSet)
    return set ? pick(set.members, count).map(([member]) => bytes(member)) : []
  }
  const picked = keys.read(key, StoredSet)?.members.random()
  return picked ? bytes(picked[0]) : null
}

/** The result of a set operation. A missing key is an empty set; other types are errors. */
function combine({ keys }: CommandContext, names: readonly string[], operation: SetOperation): string[] {
  const sets = names.map((key) => keys.read(key, StoredSet))
  const [first, ...others] = sets
  if (operation === 'sunion') {
    const union = new Set<string>()
    for (const set of sets) for (const member of set?.list() ?? []) union.add(member)
    return [...union]
  }
  if (operation === 'sdiff')
    return (first?.list() ?? []).filter((member) => !others.some((set) => set?.members.has(member)))
  if (sets.some((set) => !set)) return []
  const smallest = sets.reduce((a, b) => ((b?.size ?? 0) < (a?.size ?? 0) ? b : a))
  return (smallest?.list() ?? []).filter((member) => sets.every((set) => set?.members.has(member)))
}

function store(context: CommandContext, argv: readonly Buffer[], operation: SetOperation): CommandReply {
  const { keys } = context
  const key = name(argv[1])
  const members = combine(context, argv.slice(2).map(name), operation)
  if (members.length === 0) {
    if (keys.remove(key)) {
      keys.modified(key)
      keys.event('del', key)
    }
    return 0
  }
  const set = new StoredSet()
  for (const member of members) set.addMember(member)
  keys.putValue(key, set)
  keys.modified(key)
  keys.event(`${operation}store`, key)
  return members.length
}

function sintercard(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const numkeys = integer(argv[1], 'ERR numkeys should be greater than 0')
  if (numkeys <= 0) throw new CommandError('ERR numkeys should be greater than 0')
  if (numkeys > argv.length - 2) throw new CommandError("ERR Number of keys can't be greater than number of args")
  let limit = 0
  for (let i = 2 + numkeys; i < argv.length; i += 2) {
    if (word(argv[i]) !== 'limit' || i + 1 >= argv.length) syntaxError()
    limit = integer(argv[i + 1], "ERR LIMIT can't be negative")
    if (limit < 0) throw new CommandError("ERR LIMIT can't be negative")
  }
  const { length } = combine(context, argv.slice(2, 2 + numkeys).map(name), 'sinter')
  return limit > 0 ? Math.min(limit, length) : length
}

const combination =
  (operation: SetOperation) =>
  (context: CommandContext, argv: readonly Buffer[]): CommandReply =>
    new ReplySet(combine(context, argv.slice(1).map(name), operation).map(bytes))

export const sets: CommandHandlers = {
  sadd,
  srem,
  smove,
  spop,
  srandmember,
  scard: ({ keys }, argv) => keys.read(name(argv[1]), StoredSet)?.size ?? 0,
  sismember: ({ keys }, argv) => Number(keys.read(name(argv[1]), StoredSet)?.members.has(name(argv[2])) ?? false),
  smismember({ keys }, argv) {
    const set = keys.read(name(argv[1]), StoredSet)
    return argv.slice(2).map((member) => Number(set?.members.has(name(member)) ?? false))
  },
  smembers: ({ keys }, argv) => new ReplySet((keys.read(name(argv[1]), StoredSet)?.list() ?? []).map(bytes)),
  sinter: combination('sinter'),
  sunion: combination('sunion'),
  sdiff: combination('sdiff'),
  sinterstore: (context, argv) => store(context, argv, 'sinter'),
  sunionstore: (context, argv) => store(context, argv, 'sunion'),
  sdiffstore: (context, argv) => store(context, argv, 'sdiff'),
  sintercard,
  sscan({ keys }, argv) {
    scanCursor(argv[2])
    const set = keys.read(name(argv[1]), StoredSet)
    if (!set) return ['0', []]
    return scanDict(set.members, set.encoding === 'intset', scanOptions(argv, 2, false), (member) => [bytes(member)])
  },
}
