import { wallMs } from '../../../clock'
import { CommandError, NO_KEY } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, NilArray, OK } from '../../core'
import {
  compareIds,
  formatId,
  MAX_ID,
  nextId,
  type StreamEntry,
  type StreamId,
  type StreamLog,
  type TrimOptions,
  ZERO_ID,
} from '../../keys/stream'
import { StoredStream } from '../../keys/values'
import { integer, name, syntaxError, word } from '../arguments'
import type { CommandHandlers } from '../spec'
import { intervalId, strictId } from './stream-ids'

/** Redis's limit of one approximate trim: 100 × stream-node-max-entries. */
const APPROXIMATE_LIMIT = 10_000

type Trim = { readonly options: TrimOptions } & (
  | { readonly by: 'maxlen'; readonly length: number }
  | { readonly by: 'minid'; readonly id: StreamId }
)

interface TrimArguments {
  readonly trim: Trim | undefined
  readonly noMakeStream: boolean
  /** XADD's id, which Redis checks before the rules of LIMIT. */
  readonly given: GivenId | undefined
  /** The index after the options, which is that of XADD's id. */
  readonly at: number
}

/** Reads the options between the key and the id of XADD, or of XTRIM. */
function trimArguments(argv: readonly Buffer[], command: 'xadd' | 'xtrim'): TrimArguments {
  let by: 'maxlen' | 'minid' | undefined
  let threshold: Buffer | undefined
  let approximate = false
  let limit: number | undefined
  let noMakeStream = false
  let at = 2
  for (; at < argv.length; at++) {
    const option = word(argv[at])
    const left = argv.length - at - 1
    if (command === 'xadd' && option === '*') break
    if ((option === 'maxlen' || option === 'minid') && left > 0) {
      if (by && by !== option)
        throw new CommandError('ERR syntax error, MAXLEN and MINID options at the same time are not compatible')
      by = option
      const sign = name(argv[at + 1])
      approximate = false
      if (left >= 2 && (sign === '~' || sign === '=')) {
        approximate = sign === '~'
        at += 1
      }
      threshold = argv[++at]
      if (option === 'maxlen' && integer(threshold) < 0) throw new CommandError('ERR The MAXLEN argument must be >= 0.')
      if (option === 'minid') strictId(threshold)
    } else if (option === 'limit' && left > 0) {
      limit = integer(argv[++at])
      if (limit < 0) throw new CommandError('ERR The LIMIT argument must be >= 0.')
    } else if (command === 'xadd' && option === 'nomkstream') noMakeStream = true
    else if (command === 'xadd') break
    else syntaxError()
  }
  const given = command === 'xadd' && at < argv.length ? givenId(argv[at]) : undefined
  if (limit !== undefined && !by)
    throw new CommandError('ERR syntax error, LIMIT cannot be used without specifying a trimming strategy')
  if (command === 'xtrim' && !by)
    throw new CommandError('ERR syntax error, XTRIM must be called with a trimming strategy')
  if (limit !== undefined && !approximate)
    throw new CommandError('ERR syntax error, LIMIT cannot be used without the special ~ option')
  const most = limit ?? (approximate ? APPROXIMATE_LIMIT : 0)
  const options = { approximate, limit: most === 0 ? Number.POSITIVE_INFINITY : most }
  let trim: Trim | undefined
  if (by === 'maxlen') trim = { by, options, length: integer(threshold) }
  if (by === 'minid') trim = { by, options, id: strictId(threshold) }
  return { trim, noMakeStream, given, at }
}

const trimLog = (log: StreamLog, trim: Trim): number =>
  trim.by === 'maxlen' ? log.trimToLength(trim.length, trim.options) : log.trimToId(trim.id, trim.options)

const NOT_GREATER = 'ERR The ID specified in XADD is equal or smaller than the target stream top item'

type GivenId =
  | { readonly kind: 'auto' }
  | { readonly kind: 'sequence'; readonly ms: bigint }
  | { readonly kind: 'full'; readonly id: StreamId }

function givenId(text: Buffer | undefined): GivenId {
  const given = name(text)
  if (given === '*') return { kind: 'auto' }
  if (given.endsWith('-*')) return { kind: 'sequence', ms: strictId(Buffer.from(given.slice(0, -2), 'latin1')).ms }
  return { kind: 'full', id: strictId(text) }
}

function newId(given: GivenId, last: StreamId): StreamId {
  if (given.kind === 'full') {
    if (compareIds(given.id, last) <= 0) throw new CommandError(NOT_GREATER)
    return given.id
  }
  if (given.kind === 'sequence') {
    if (given.ms > last.ms) return { ms: given.ms, seq: 0n }
    const id = given.ms === last.ms && last.seq < MAX_ID.seq ? { ms: last.ms, seq: last.seq + 1n } : undefined
    if (!id) throw new CommandError(NOT_GREATER)
    return id
  }
  const now = BigInt(wallMs())
  const id = now > last.ms ? { ms: now, seq: 0n } : nextId(last)
  if (!id) throw new CommandError(NOT_GREATER)
  return id
}

function xadd({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { trim, noMakeStream, given, at } = trimArguments(argv, 'xadd')
  const fields = argv.slice(at + 1)
  if (!given || fields.length < 2 || fields.length % 2 === 1)
    throw new CommandError("ERR wrong number of arguments for 'xadd' command")
  if (given.kind === 'full' && compareIds(given.id, ZERO_ID) === 0)
    throw new CommandError('ERR The ID specified in XADD must be greater than 0-0')
  const key = name(argv[1])
  const existing = keys.write(key, StoredStream)
  if (!existing && noMakeStream) return null
  const last = existing?.log.lastId ?? ZERO_ID
  if (compareIds(last, MAX_ID) === 0)
    throw new CommandError('ERR The stream has exhausted the last possible ID, unable to add more items')
  const id = newId(given, last)
  const { log } = existing ?? keys.ensure(key, StoredStream)
  log.append({ id, fields })
  keys.modified(key)
  keys.event('xadd', key)
  if (trim && trimLog(log, trim) > 0) keys.event('xtrim', key)
  keys.ready(key)
  return formatId(id)
}

function xtrim({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { trim } = trimArguments(argv, 'xtrim')
  const key = name(argv[1])
  const stream = keys.write(key, StoredStream)
  const removed = stream && trim ? trimLog(stream.log, trim) : 0
  if (removed > 0) {
    keys.modified(key)
    keys.event('xtrim', key)
  }
  return removed
}

function xdel({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const stream = keys.write(key, StoredStream)
  if (!stream) return 0
  const ids = argv.slice(2).map((id) => strictId(id))
  const removed = ids.filter((id) => stream.log.delete(id)).length
  if (removed > 0) {
    keys.modified(key)
    keys.event('xdel', key)
  }
  return removed
}

export const showEntry = ({ id, fields }: StreamEntry): CommandReply => [formatId(id), fields]

function xrange({ keys }: CommandContext, argv: readonly Buffer[], reverse: boolean): CommandReply {
  const start = intervalId(argv[reverse ? 3 : 2], 'start')
  const end = intervalId(argv[reverse ? 2 : 3], 'end')
  let count = Number.POSITIVE_INFINITY
  for (let i = 4; i < argv.length; i += 2) {
    if (word(argv[i]) !== 'count' || i + 1 >= argv.length) syntaxError()
    count = Math.max(0, integer(argv[i + 1]))
  }
  const stream = keys.read(name(argv[1]), StoredStream)
  if (!stream) return []
  if (count === 0) return new NilArray()
  const entries = reverse ? stream.log.reverseRange(start, end, count) : stream.log.range(start, end, count)
  return entries.map(showEntry)
}

function xsetid({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const id = strictId(argv[2])
  let entriesAdded: number | undefined
  let maxDeleted: StreamId | undefined
  for (let i = 3; i < argv.length; i += 2) {
    const option = word(argv[i])
    if (i + 1 >= argv.length) syntaxError()
    if (option === 'entriesadded') {
      entriesAdded = integer(argv[i + 1])
      if (entriesAdded < 0) throw new CommandError('ERR entries_added must be positive')
    } else if (option === 'maxdeletedid') {
      maxDeleted = strictId(argv[i + 1])
      if (compareIds(id, maxDeleted) < 0)
        throw new CommandError('ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id')
    } else syntaxError()
  }
  const key = name(argv[1])
  const stream = keys.write(key, StoredStream)
  if (!stream) throw new CommandError(NO_KEY)
  const { log } = stream
  if (log.length > 0) {
    if (compareIds(id, log.topId) < 0)
      throw new CommandError('ERR The ID specified in XSETID is smaller than the target stream top item')
    if (entriesAdded !== undefined && entriesAdded < log.length)
      throw new CommandError('ERR The entries_added specified in XSETID is smaller than the target stream length')
  }
  log.lastId = id
  if (entriesAdded !== undefined) log.entriesAdded = entriesAdded
  if (maxDeleted && compareIds(maxDeleted, ZERO_ID) !== 0) log.maxDeletedId = maxDeleted
  keys.modified(key)
  keys.event('xsetid', key)
  return OK
}

export const streams: CommandHandlers = {
  xadd,
  xtrim,
  xdel,
  xlen: ({ keys }, argv) => keys.read(name(argv[1]), StoredStream)?.log.length ?? 0,
  xrange: (context, argv) => xrange(context, argv, false),
  xrevrange: (context, argv) => xrange(context, argv, true),
  xsetid,
}
