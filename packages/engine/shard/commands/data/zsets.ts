import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandOutcome, type CommandReply, Double, NilArray } from '../../core'
import { globMatch } from '../../keys/glob'
import { formatDouble } from '../../keys/numbers'
import { StoredZSet } from '../../keys/values'
import type { Scored } from '../../keys/zset'
import { bytes, double, integer, name, syntaxError, timeoutMs, word } from '../arguments'
import { scanCursor, scanDict, scanOptions } from '../scan'
import type { CommandHandlers } from '../spec'
import { waitForKeys } from '../waiting'
import { blockingMultiPop, type MultiPop, multiPopArguments } from './multi-pop'
import { pick } from './random'
import { rangeOf, rangeQuery, resolver, type ZRangeKind } from './zranges'

const NIL_ARRAY = new NilArray()
const NOT_A_NUMBER = 'ERR resulting score is not a number (NaN)'

/** A reply with members, or with members and scores: pairs in RESP3, a flat list in RESP2. */
export function showMembers(context: CommandContext, members: readonly Scored[], withScores: boolean): CommandReply {
  if (!withScores) return members.map(({ member }) => bytes(member))
  const pairs = members.map(({ member, score }): CommandReply[] => [bytes(member), new Double(score)])
  return context.resp3 ? pairs : pairs.flat()
}

interface AddOptions {
  nx: boolean
  xx: boolean
  gt: boolean
  lt: boolean
  ch: boolean
  incr: boolean
}

function addOptions(argv: readonly Buffer[], fixed: Partial<AddOptions>): { options: AddOptions; at: number } {
  const options = { nx: false, xx: false, gt: false, lt: false, ch: false, incr: false, ...fixed }
  let at = 2
  for (; at < argv.length; at++) {
    const option = word(argv[at])
    if (option === 'nx') options.nx = true
    else if (option === 'xx') options.xx = true
    else if (option === 'gt') options.gt = true
    else if (option === 'lt') options.lt = true
    else if (option === 'ch') options.ch = true
    else if (option === 'incr') options.incr = true
    else break
  }
  const pairs = argv.length - at
  if (pairs === 0 || pairs % 2 === 1) syntaxError()
  const { nx, xx, gt, lt } = options
  if (nx && xx) throw new CommandError('ERR XX and NX options at the same time are not compatible')
  if ((gt && nx) || (lt && nx) || (gt && lt))
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible')
  if (options.incr && pairs > 2) throw new CommandError('ERR INCR option supports a single increment-element pair')
  return { options, at }
}

/** The new score of a member; undefined if an option forbids the change. */
function nextScore(options: AddOptions, old: number | undefined, given: number): number | undefined {
  if (old === undefined) return options.xx ? undefined : given
  if (options.nx) return undefined
  const score = options.incr ? old + given : given
  if (Number.isNaN(score)) throw new CommandError(NOT_A_NUMBER)
  if ((options.lt && score >= old) || (options.gt && score <= old)) return undefined
  return score
}

export function zadd({ keys }: CommandContext, argv: readonly Buffer[], fixed: Partial<AddOptions>): CommandReply {
  const { options, at } = fixed.incr ? { options: addDefaults(fixed), at: 2 } : addOptions(argv, fixed)
  const pairs: (readonly [string, number])[] = []
  for (let i = at; i < argv.length; i += 2) pairs.push([name(argv[i + 1]), double(argv[i])])
  const key = name(argv[1])
  if (!keys.write(key, StoredZSet) && options.xx) return options.incr ? null : 0
  const zset = keys.ensure(key, StoredZSet)
  let added = 0
  let changed = 0
  let result: CommandReply = null
  for (const [member, given] of pairs) {
    const old = zset.members.score(member)
    const score = nextScore(options, old, given)
    if (score === undefined) continue
    zset.set(member, score)
    if (old === undefined) added += 1
    else if (old !== score) changed += 1
    result = new Double(score)
  }
  if (added + changed > 0) {
    keys.modified(key)
    keys.event(options.incr ? 'zincr' : 'zadd', key)
    keys.ready(key)
  }
  if (options.incr) return result
  return options.ch ? added + changed : added
}

const addDefaults = (fixed: Partial<AddOptions>): AddOptions => ({
  nx: false,
  xx: false,
  gt: false,
  lt: false,
  ch: false,
  incr: false,
  ...fixed,
})

function zrem({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const zset = keys.write(key, StoredZSet)
  if (!zset) return 0
  const removed = argv.slice(2).filter((member) => zset.members.delete(name(member))).length
  if (removed === 0) return 0
  keys.event('zrem', key)
  keys.removeIfEmpty(key, zset)
  keys.modified(key)
  return removed
}

function removeRange(kind: ZRangeKind) {
  return ({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const resolve = resolver(kind, argv[2], argv[3])
    const key = name(argv[1])
    const zset = keys.write(key, StoredZSet)
    if (!zset) return 0
    const doomed = zset.members.slice(...resolve(zset.members))
    for (const { member } of doomed) zset.members.delete(member)
    if (doomed.length === 0) return 0
    keys.modified(key)
    keys.event(`zremrangeby${kind}`, key)
    keys.removeIfEmpty(key, zset)
    return doomed.length
  }
}

function countRange(kind: ZRangeKind) {
  return ({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const resolve = resolver(kind, argv[2], argv[3])
    const zset = keys.read(name(argv[1]), StoredZSet)
    if (!zset) return 0
    const [start, end] = resolve(zset.members)
    return end - start
  }
}

function listRange(fixed: { readonly kind?: ZRangeKind; readonly reverse?: boolean }, mayShowScores = true) {
  return (context: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const query = rangeQuery(argv, 2, { ...fixed, mayShowScores })
    const zset = context.keys.read(name(argv[1]), StoredZSet)
    return showMembers(context, zset ? rangeOf(zset.members, query) : [], query.withScores)
  }
}

function zrangestore(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const query = rangeQuery(argv, 3, { mayShowScores: false })
  const zset = context.keys.read(name(argv[2]), StoredZSet)
  return storeMembers(context, name(argv[1]), zset ? rangeOf(zset.members, query) : [], 'zrangestore')
}

export function storeMembers({ keys }: CommandContext, key: string, members: readonly Scored[], event: string): number {
  if (members.length === 0) {
    if (keys.remove(key)) {
      keys.modified(key)
      keys.event('del', key)
    }
    return 0
  }
  const zset = new StoredZSet()
  for (const { member, score } of members) zset.set(member, score)
  keys.putValue(key, zset)
  keys.modified(key)
  keys.event(event, key)
  return members.length
}

function rank(reverse: boolean) {
  return ({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const zset = keys.read(name(argv[1]), StoredZSet)
    const found = zset?.members.rank(name(argv[2]))
    if (!zset || found === undefined) return null
    return reverse ? zset.size - 1 - found : found
  }
}

type ScoreEnd = 'min' | 'max'

function popMembers({ keys }: CommandContext, key: string, zset: StoredZSet, end: ScoreEnd, count: number): Scored[] {
  const { size } = zset
  const taken =
    end === 'min' ? zset.members.slice(0, count) : zset.members.slice(Math.max(0, size - count), size).reverse()
  for (const { member } of taken) zset.members.delete(member)
  keys.event(end === 'min' ? 'zpopmin' : 'zpopmax', key)
  keys.removeIfEmpty(key, zset)
  keys.modified(key)
  return taken
}

const COUNT_RANGE = 'ERR value is out of range, must be positive'

function pop(context: CommandContext, argv: readonly Buffer[], end: ScoreEnd): CommandReply {
  if (argv.length > 3) syntaxError()
  const count = argv.length === 3 ? integer(argv[2], COUNT_RANGE) : 1
  if (count < 0) throw new CommandError(COUNT_RANGE)
  const key = name(argv[1])
  const zset = context.keys.write(key, StoredZSet)
  if (!zset || count === 0) return []
  const taken = popMembers(context, key, zset, end, count)
  if (argv.length === 3) return showMembers(context, taken, true)
  return taken.flatMap(({ member, score }): CommandReply[] => [bytes(member), new Double(score)])
}

function blockingPop(context: CommandContext, argv: readonly Buffer[], end: ScoreEnd): CommandOutcome {
  const names = argv.slice(1, -1).map(name)
  const timeout = timeoutMs(argv[argv.length - 1])
  const popFrom = (key: string): CommandReply | undefined => {
    const zset = context.keys.write(key, StoredZSet)
    const [taken] = zset ? popMembers(context, key, zset, end, 1) : []
    return taken && [bytes(key), bytes(taken.member), new Double(taken.score)]
  }
  for (const key of names) {
    const served = popFrom(key)
    if (served) return served
  }
  return waitForKeys(context, {
    keys: names,
    timeoutMs: timeout,
    denied: NIL_ARRAY,
    attempt: (key) => (context.keys.peek(key)?.value instanceof StoredZSet ? popFrom(key) : undefined),
  })
}

function zsetEnd(text: Buffer | undefined): ScoreEnd {
  const end = word(text)
  return end === 'min' || end === 'max' ? end : syntaxError()
}

function popFirst(context: CommandContext, { keys, end, count }: MultiPop<ScoreEnd>): CommandReply | undefined {
  for (const key of keys) {
    const zset = context.keys.write(key, StoredZSet)
    if (!zset) continue
    const taken = popMembers(context, key, zset, end, count)
    return [bytes(key), taken.map(({ member, score }): CommandReply => [bytes(member), new Double(score)])]
  }
  return undefined
}

function zrandmember(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  if (argv.length === 2) {
    const picked = context.keys.read(key, StoredZSet)?.members.scores.random()
    return picked ? bytes(picked[0]) : null
  }
  const count = integer(argv[2])
  const withScores = argv.length > 3
  if (argv.length > 4 || (withScores && word(argv[3]) !== 'withscores')) syntaxError()
  const zset = context.keys.read(key, StoredZSet)
  const picked = zset ? pick(zset.members.scores, count) : []
  return showMembers(
    context,
    picked.map(([member, score]) => ({ member, score })),
    withScores,
  )
}

const scoreReply = (score: number | undefined): CommandReply => (score === undefined ? null : new Double(score))

export const zsets: CommandHandlers = {
  zadd: (context, argv) => zadd(context, argv, {}),
  zincrby: (context, argv) => zadd(context, argv, { incr: true }),
  zrem,
  zcard: ({ keys }, argv) => keys.read(name(argv[1]), StoredZSet)?.size ?? 0,
  zscore: ({ keys }, argv) => scoreReply(keys.read(name(argv[1]), StoredZSet)?.members.score(name(argv[2]))),
  zmscore({ keys }, argv) {
    const zset = keys.read(name(argv[1]), StoredZSet)
    return argv.slice(2).map((member) => scoreReply(zset?.members.score(name(member))))
  },
  zrank: rank(false),
  zrevrank: rank(true),
  zcount: countRange('score'),
  zlexcount: countRange('lex'),
  zrange: listRange({}),
  zrevrange: listRange({ kind: 'rank', reverse: true }),
  zrangebyscore: listRange({ kind: 'score', reverse: false }),
  zrevrangebyscore: listRange({ kind: 'score', reverse: true }),
  zrangebylex: listRange({ kind: 'lex', reverse: false }),
  zrevrangebylex: listRange({ kind: 'lex', reverse: true }),
  zrangestore,
  zremrangebyrank: removeRange('rank'),
  zremrangebyscore: removeRange('score'),
  zremrangebylex: removeRange('lex'),
  zpopmin: (context, argv) => pop(context, argv, 'min'),
  zpopmax: (context, argv) => pop(context, argv, 'max'),
  bzpopmin: (context, argv) => blockingPop(context, argv, 'min'),
  bzpopmax: (context, argv) => blockingPop(context, argv, 'max'),
  zmpop: (context, argv) => popFirst(context, multiPopArguments(argv, 1, zsetEnd)) ?? NIL_ARRAY,
  bzmpop: (context, argv) => blockingMultiPop(context, argv, zsetEnd, StoredZSet, popFirst),
  zrandmember,
  zscan({ keys }, argv) {
    scanCursor(argv[2])
    const zset = keys.read(name(argv[1]), StoredZSet)
    if (!zset) return ['0', []]
    const options = scanOptions(argv, 2, false)
    const show = (member: string, score: number): CommandReply[] => [bytes(member), formatDouble(score)]
    if (zset.encoding !== 'listpack') return scanDict(zset.members.scores, false, options, show)
    const { match } = options
    const all = zset.members.slice(0, zset.size).filter(({ member }) => match === undefined || globMatch(match, member))
    return ['0', all.flatMap(({ member, score }) => show(member, score))]
  },
}
