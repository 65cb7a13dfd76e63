import { CommandError, NO_KEY, OUT_OF_RANGE, SYNTAX } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandOutcome, type CommandReply, Failure, NilArray, OK } from '../../core'
import { StoredList } from '../../keys/values'
import { arg, bytes, EMPTY, integer, name, range, syntaxError, timeoutMs, word } from '../arguments'
import type { CommandHandlers } from '../spec'
import { waitForKeys } from '../waiting'
import { blockingMultiPop, type MultiPop, multiPopArguments } from './multi-pop'

type ListEnd = 'left' | 'right'

const NIL_ARRAY = new NilArray()

function push({ keys }: CommandContext, argv: readonly Buffer[], end: ListEnd, onlyExisting: boolean): CommandReply {
  const key = name(argv[1])
  const list = onlyExisting ? keys.write(key, StoredList) : keys.ensure(key, StoredList)
  if (!list) return 0
  for (const item of argv.slice(2)) pushItem(list, end, item)
  keys.modified(key)
  keys.event(end === 'left' ? 'lpush' : 'rpush', key)
  keys.ready(key)
  return list.size
}

function pushItem(list: StoredList, end: ListEnd, item: Buffer): void {
  if (end === 'left') list.items.unshift(item)
  else list.items.push(item)
}

/** Removes up to `count` items from one end, notifies, and removes an empty list. */
function popItems({ keys }: CommandContext, key: string, list: StoredList, end: ListEnd, count: number): Buffer[] {
  const taken: Buffer[] = []
  while (taken.length < count) {
    const item = end === 'left' ? list.items.shift() : list.items.pop()
    if (!item) break
    taken.push(item)
  }
  keys.event(end === 'left' ? 'lpop' : 'rpop', key)
  keys.removeIfEmpty(key, list)
  keys.modified(key)
  return taken
}

const COUNT_RANGE = 'ERR value is out of range, must be positive'

function pop(context: CommandContext, argv: readonly Buffer[], end: ListEnd): CommandReply {
  const command = end === 'left' ? 'lpop' : 'rpop'
  if (argv.length > 3) throw new CommandError(`ERR wrong number of arguments for '${command}' command`)
  const key = name(argv[1])
  const count = argv.length === 3 ? integer(argv[2], COUNT_RANGE) : undefined
  if (count !== undefined && count < 0) throw new CommandError(COUNT_RANGE)
  const list = context.keys.write(key, StoredList)
  if (!list) return count === undefined ? null : NIL_ARRAY
  if (count === undefined) return popItems(context, key, list, end, 1)[0] ?? null
  return count === 0 ? [] : popItems(context, key, list, end, count)
}

/** Moves one item; undefined if the source is empty. */
function moveItem(
  context: CommandContext,
  source: string,
  target: string,
  from: ListEnd,
  to: ListEnd,
): Buffer | undefined {
  const { keys } = context
  const list = keys.write(source, StoredList)
  if (!list) return undefined
  keys.write(target, StoredList)
  const item = from === 'left' ? list.items.shift() : list.items.pop()
  if (!item) return undefined
  pushItem(source === target ? list : keys.ensure(target, StoredList), to, item)
  keys.modified(target)
  keys.event(to === 'left' ? 'lpush' : 'rpush', target)
  keys.ready(target)
  keys.event(from === 'left' ? 'lpop' : 'rpop', source)
  keys.removeIfEmpty(source, list)
  keys.modified(source)
  return item
}

function listEnd(text: Buffer | undefined): ListEnd {
  const end = word(text)
  if (end === 'left' || end === 'right') return end
  throw new CommandError(SYNTAX)
}

function blockingMove(
  context: CommandContext,
  argv: readonly Buffer[],
  from: ListEnd,
  to: ListEnd,
  timeout: number,
): CommandOutcome {
  const source = name(argv[1])
  const target = name(argv[2])
  const attempt = (): CommandReply | undefined => moveItem(context, source, target, from, to)
  const now = context.keys.lookupWrite(source) ? attempt() : undefined
  if (now !== undefined) return now
  return waitForKeys(context, {
    keys: [source],
    timeoutMs: timeout,
    denied: null,
    attempt: () => {
      if (!(context.keys.peek(source)?.value instanceof StoredList)) return undefined
      return refusable(attempt)
    },
  })
}

/** Runs an attempt to serve a blocked client; an error becomes the client's reply, as if its own command had failed. */
function refusable(attempt: () => CommandReply | undefined): CommandReply | undefined {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof CommandError) return new Failure(error.message)
    throw error
  }
}

function blockingPop(context: CommandContext, argv: readonly Buffer[], end: ListEnd): CommandOutcome {
  const keys = argv.slice(1, -1).map(name)
  const timeout = timeoutMs(argv[argv.length - 1])
  const popFrom = (key: string): CommandReply | undefined => {
    const list = context.keys.write(key, StoredList)
    const [item] = list ? popItems(context, key, list, end, 1) : []
    return item && [bytes(key), item]
  }
  for (const key of keys) {
    const served = popFrom(key)
    if (served) return served
  }
  return waitForKeys(context, {
    keys,
    timeoutMs: timeout,
    denied: NIL_ARRAY,
    attempt: (key) => (context.keys.peek(key)?.value instanceof StoredList ? popFrom(key) : undefined),
  })
}

function popFirst(context: CommandContext, { keys, end, count }: MultiPop<ListEnd>): CommandReply | undefined {
  for (const key of keys) {
    const list = context.keys.write(key, StoredList)
    if (list) return [bytes(key), popItems(context, key, list, end, count)]
  }
  return undefined
}

function lrange({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const start = integer(argv[2])
  const end = integer(argv[3])
  const list = keys.read(name(argv[1]), StoredList)
  const part = list && range(start, end, list.size)
  return part ? list.items.slice(part[0], part[1] + 1) : []
}

function ltrim({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const start = integer(argv[2])
  const end = integer(argv[3])
  const key = name(argv[1])
  const list = keys.write(key, StoredList)
  if (!list) return OK
  const part = range(start, end, list.size)
  list.items.trim(part ? part[0] : 0, part ? part[1] + 1 : 0)
  keys.event('ltrim', key)
  keys.removeIfEmpty(key, list)
  keys.modified(key)
  return OK
}

function lrem({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const count = integer(argv[2])
  const key = name(argv[1])
  const item = arg(argv, 3)
  const list = keys.write(key, StoredList)
  if (!list) return 0
  const items = [...list.items]
  const most = count === 0 ? items.length : Math.abs(count)
  let removed = 0
  const isKept = (each: Buffer): boolean => {
    if (removed >= most || !each.equals(item)) return true
    removed += 1
    return false
  }
  const kept = count < 0 ? items.reverse().filter(isKept).reverse() : items.filter(isKept)
  if (removed === 0) return 0
  list.items.trim(0, 0)
  for (const each of kept) list.items.push(each)
  keys.event('lrem', key)
  keys.removeIfEmpty(key, list)
  keys.modified(key)
  return removed
}

function linsert({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const where = word(argv[2])
  if (where !== 'before' && where !== 'after') throw new CommandError(SYNTAX)
  const key = name(argv[1])
  const list = keys.write(key, StoredList)
  if (!list) return 0
  const pivot = arg(argv, 3)
  const at = indexOf(list, (each) => each.equals(pivot))
  if (at < 0) return -1
  list.items.splice(where === 'before' ? at : at + 1, 0, arg(argv, 4))
  keys.modified(key)
  keys.event('linsert', key)
  return list.size
}

function indexOf(list: StoredList, wanted: (item: Buffer) => boolean): number {
  for (let i = 0; i < list.size; i++) if (wanted(list.items.at(i) ?? EMPTY)) return i
  return -1
}

function lpos({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  let rank = 1
  let count: number | undefined
  let maxlen = 0
  for (let i = 3; i < argv.length; i += 2) {
    const option = word(argv[i])
    if (i + 1 >= argv.length) syntaxError()
    if (option === 'rank') {
      rank = integer(argv[i + 1])
      if (rank === 0)
        throw new CommandError(
          "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
        )
    } else if (option === 'count') {
      count = integer(argv[i + 1], "ERR COUNT can't be negative")
      if (count < 0) throw new CommandError("ERR COUNT can't be negative")
    } else if (option === 'maxlen') {
      maxlen = integer(argv[i + 1], "ERR MAXLEN can't be negative")
      if (maxlen < 0) throw new CommandError("ERR MAXLEN can't be negative")
    } else syntaxError()
  }
  const list = keys.read(name(argv[1]), StoredList)
  if (!list) return count === undefined ? null : []
  const found = positions(list, arg(argv, 2), rank, count ?? 1, maxlen)
  return count === undefined ? (found[0] ?? null) : found
}

function positions(list: StoredList, item: Buffer, rank: number, count: number, maxlen: number): number[] {
  const found: number[] = []
  let skip = Math.abs(rank) - 1
  const looks = maxlen === 0 ? list.size : Math.min(maxlen, list.size)
  for (let i = 0; i < looks; i++) {
    const at = rank > 0 ? i : list.size - 1 - i
    if (!list.items.at(at)?.equals(item)) continue
    if (skip > 0) {
      skip -= 1
      continue
    }
    found.push(at)
    if (found.length === count) break
  }
  return found
}

export const lists: CommandHandlers = {
  lpush: (context, argv) => push(context, argv, 'left', false),
  rpush: (context, argv) => push(context, argv, 'right', false),
  lpushx: (context, argv) => push(context, argv, 'left', true),
  rpushx: (context, argv) => push(context, argv, 'right', true),
  lpop: (context, argv) => pop(context, argv, 'left'),
  rpop: (context, argv) => pop(context, argv, 'right'),
  llen: ({ keys }, argv) => keys.read(name(argv[1]), StoredList)?.size ?? 0,
  lindex({ keys }, argv) {
    const list = keys.read(name(argv[1]), StoredList)
    if (!list) return null
    const index = integer(argv[2])
    return list.items.at(index < 0 ? list.size + index : index) ?? null
  },
  lset({ keys }, argv) {
    const key = name(argv[1])
    const list = keys.write(key, StoredList)
    if (!list) throw new CommandError(NO_KEY)
    const given = integer(argv[2])
    const index = given < 0 ? list.size + given : given
    if (index < 0 || index >= list.size) throw new CommandError(OUT_OF_RANGE)
    list.items.set(index, arg(argv, 3))
    keys.modified(key)
    keys.event('lset', key)
    return OK
  },
  lrange,
  ltrim,
  lrem,
  linsert,
  lpos,
  lmove(context, argv) {
    const from = listEnd(argv[3])
    const to = listEnd(argv[4])
    return moveItem(context, name(argv[1]), name(argv[2]), from, to) ?? null
  },
  rpoplpush: (context, argv) => moveItem(context, name(argv[1]), name(argv[2]), 'right', 'left') ?? null,
  blmove(context, argv) {
    const from = listEnd(argv[3])
    const to = listEnd(argv[4])
    return blockingMove(context, argv, from, to, timeoutMs(argv[5]))
  },
  brpoplpush: (context, argv) => blockingMove(context, argv, 'right', 'left', timeoutMs(argv[3])),
  blpop: (context, argv) => blockingPop(context, argv, 'left'),
  brpop: (context, argv) => blockingPop(context, argv, 'right'),
  lmpop: (context, argv) => popFirst(context, multiPopArguments(argv, 1, listEnd)) ?? NIL_ARRAY,
  blmpop: (context, argv) => blockingMultiPop(context, argv, listEnd, StoredList, popFirst),
}
