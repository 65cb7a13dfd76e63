import { wallMs } from '../../../clock'
import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandOutcome, type CommandReply, Failure, NilArray, ReplyMap } from '../../core'
import {
  type Consumer,
  type ConsumerGroup,
  compareIds,
  formatId,
  MAX_ID,
  nextId,
  type StreamId,
  type StreamLog,
  ZERO_ID,
} from '../../keys/stream'
import { StoredStream } from '../../keys/values'
import { bytes, integer, name, syntaxError, word } from '../arguments'
import type { CommandHandlers } from '../spec'
import { waitForKeys } from '../waiting'
import { strictId } from './stream-ids'
import { showEntry } from './streams'

interface GroupReader {
  readonly group: string
  readonly consumer: string
  readonly noAck: boolean
}

interface ReadArguments {
  readonly reader: GroupReader | undefined
  readonly count: number
  readonly blockMs: number | undefined
  readonly streams: readonly (readonly [key: string, id: Buffer])[]
}

/** New entries only, as `>` requests. */
const NEW = Symbol('>')
type From = StreamId | typeof NEW

function onlyGroups(option: string, command: string): void {
  if (command !== 'xreadgroup')
    throw new CommandError(`ERR The ${option} option is only supported by XREADGROUP. You called XREAD instead.`)
}

function blockTimeout(text: Buffer | undefined): number {
  const ms = integer(text, 'ERR timeout is not an integer or out of range')
  if (ms < 0) throw new CommandError('ERR timeout is negative')
  return ms
}

function readArguments(argv: readonly Buffer[], command: 'xread' | 'xreadgroup'): ReadArguments {
  let count = Number.POSITIVE_INFINITY
  let blockMs: number | undefined
  let group: readonly [string, string] | undefined
  let noAck = false
  let first = 0
  for (let i = 1; i < argv.length && first === 0; i++) {
    const option = word(argv[i])
    const left = argv.length - i - 1
    if (option === 'block' && left > 0) blockMs = blockTimeout(argv[++i])
    else if (option === 'count' && left > 0) {
      const asked = integer(argv[++i])
      count = asked > 0 ? asked : Number.POSITIVE_INFINITY
    } else if (option === 'streams' && left > 0) first = i + 1
    else if (option === 'group' && left >= 2) {
      onlyGroups('GROUP', command)
      group = [name(argv[i + 1]), name(argv[i + 2])]
      i += 2
    } else if (option === 'noack') {
      onlyGroups('NOACK', command)
      noAck = true
    } else syntaxError()
  }
  if (first === 0) syntaxError()
  if (command === 'xreadgroup' && !group) throw new CommandError('ERR Missing GROUP option for XREADGROUP')
  const rest = argv.slice(first)
  if (rest.length % 2 === 1)
    throw new CommandError("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.")
  const half = rest.length / 2
  const streams = rest.slice(0, half).map((key, i): readonly [string, Buffer] => [name(key), rest[half + i] ?? key])
  return { reader: group && { group: group[0], consumer: group[1], noAck }, count, blockMs, streams }
}

function startOf(stream: StoredStream | undefined, key: string, id: Buffer, reader: GroupReader | undefined): From {
  const text = name(id)
  if (reader && !stream?.log.groups.has(reader.group))
    throw new CommandError(
      `NOGROUP No such key '${key}' or consumer group '${reader.group}' in XREADGROUP with GROUP option`,
    )
  if (text === '$') {
    if (reader)
      throw new CommandError(
        'ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.',
      )
    return stream?.log.lastId ?? ZERO_ID
  }
  if (text === '>') {
    if (!reader)
      throw new CommandError(
        'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
      )
    return NEW
  }
  return strictId(id)
}

export function consumerOf(context: CommandContext, key: string, group: ConsumerGroup, consumer: string): Consumer {
  const known = group.consumers.get(consumer)
  if (known) {
    known.seenAt = wallMs()
    return known
  }
  const made: Consumer = { name: consumer, seenAt: wallMs(), pending: new Map() }
  group.consumers.set(consumer, made)
  context.keys.event('xgroup-createconsumer', key)
  context.keys.modified(key)
  return made
}

/** Entries after `from` that a consumer was given and has not acknowledged. */
function history(log: StreamLog, consumer: Consumer, from: StreamId, count: number): CommandReply[] {
  const found = [...consumer.pending.values()]
    .filter(({ id }) => compareIds(id, from) > 0)
    .sort((a, b) => compareIds(a.id, b.id))
    .slice(0, count)
  return found.map((pending): CommandReply => {
    const entry = log.find(pending.id)
    if (!entry) return [formatId(pending.id), new NilArray()]
    pending.deliveredAt = wallMs()
    pending.deliveries += 1
    return showEntry(entry)
  })
}

/** Delivers new entries to a group; they become pending for the consumer. */
function deliver(
  log: StreamLog,
  group: ConsumerGroup,
  consumer: Consumer,
  count: number,
  noAck: boolean,
): CommandReply[] {
  const from = nextId(group.lastId)
  const entries = from ? log.range(from, MAX_ID, count) : []
  for (const { id } of entries) {
    log.advance(group, id)
    if (noAck) continue
    const key = formatId(id)
    const known = group.pending.get(id)
    if (known) {
      known.consumer.pending.delete(key)
      known.consumer = consumer
      known.deliveredAt = wallMs()
      known.deliveries = 1
      consumer.pending.set(key, known)
    } else {
      const pending = { id, consumer, deliveredAt: wallMs(), deliveries: 1 }
      group.pending.addEntry(pending)
      consumer.pending.set(key, pending)
    }
  }
  return entries.map(showEntry)
}

function serve(
  context: CommandContext,
  key: string,
  from: From,
  { reader, count }: ReadArguments,
): CommandReply[] | undefined {
  const value = context.keys.lookup(key)?.value
  if (!(value instanceof StoredStream)) return undefined
  const { log } = value
  const group = reader && log.groups.get(reader.group)
  if (reader && group) {
    if (from === NEW && compareIds(log.topId, group.lastId) <= 0) return undefined
    const consumer = consumerOf(context, key, group, reader.consumer)
    if (from !== NEW) return history(log, consumer, from, count)
    const entries = deliver(log, group, consumer, count, reader.noAck)
    context.keys.modified(key)
    return entries.length > 0 ? entries : undefined
  }
  if (from === NEW || compareIds(log.topId, from) <= 0) return undefined
  const start = nextId(from)
  const entries = start ? log.range(start, MAX_ID, count) : []
  return entries.length > 0 ? entries.map(showEntry) : undefined
}

function show(context: CommandContext, served: readonly (readonly [string, CommandReply[]])[]): CommandReply {
  if (context.resp3) return new ReplyMap(served.map(([key, entries]) => [bytes(key), entries]))
  return served.map(([key, entries]) => [bytes(key), entries])
}

function read(command: 'xread' | 'xreadgroup') {
  return (context: CommandContext, argv: readonly Buffer[]): CommandOutcome => {
    const asked = readArguments(argv, command)
    const starts = new Map<string, From>()
    const wanted = asked.streams.map(([key, id]): readonly [string, From] => {
      const from = startOf(context.keys.read(key, StoredStream), key, id, asked.reader)
      starts.set(key, from)
      return [key, from]
    })
    const served = wanted.flatMap(([key, from]): (readonly [string, CommandReply[]])[] => {
      const entries = serve(context, key, from, asked)
      return entries ? [[key, entries]] : []
    })
    if (served.length > 0) return show(context, served)
    if (asked.blockMs === undefined) return new NilArray()
    return waitForKeys(context, {
      keys: wanted.map(([key]) => key),
      timeoutMs: asked.blockMs,
      denied: new NilArray(),
      attempt: (key) => attempt(context, key, starts.get(key) ?? ZERO_ID, asked),
    })
  }
}

function attempt(context: CommandContext, key: string, from: From, asked: ReadArguments): CommandReply | undefined {
  const value = context.keys.peek(key)?.value
  if (!(value instanceof StoredStream)) return undefined
  if (asked.reader && !value.log.groups.has(asked.reader.group))
    return new Failure('NOGROUP the consumer group this client was blocked on no longer exists')
  const entries = serve(context, key, from, asked)
  return entries && show(context, [[key, entries]])
}

export const streamReading: CommandHandlers = {
  xread: read('xread'),
  xreadgroup: read('xreadgroup'),
}
