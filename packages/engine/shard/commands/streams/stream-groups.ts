import { wallMs } from '../../../clock'
import { CommandError, NO_KEY, WRONG_TYPE } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, NilArray, OK, ReplyMap } from '../../core'
import {
  type Consumer,
  type ConsumerGroup,
  compareIds,
  formatId,
  MAX_ID,
  PendingList,
  type StreamId,
  type StreamLog,
  type StreamPendingEntry,
  ZERO_ID,
} from '../../keys/stream'
import { StoredStream } from '../../keys/values'
import { bytes, integer, name, syntaxError, word } from '../arguments'
import type { CommandHandlers } from '../spec'
import { intervalId, strictId } from './stream-ids'
import { consumerOf } from './stream-read'
import { showEntry } from './streams'

const NEEDS_KEY =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.'

const noGroup = (key: string, group: string): CommandError =>
  new CommandError(`NOGROUP No such consumer group '${group}' for key name '${key}'`)
const noKeyOrGroup = (key: string, group: string): CommandError =>
  new CommandError(`NOGROUP No such key '${key}' or consumer group '${group}'`)

const wrongSubcommand = (argv: readonly Buffer[], command: string): CommandError =>
  new CommandError(`ERR unknown subcommand or wrong number of arguments for '${name(argv[1])}'. Try ${command} HELP.`)

const byName = <T extends { readonly name: string }>(map: ReadonlyMap<string, T>): T[] =>
  [...map.values()].sort((a, b) => (a.name < b.name ? -1 : 1))

function streamOf({ keys }: CommandContext, key: string): StoredStream {
  const stream = keys.write(key, StoredStream)
  if (!stream) throw new CommandError(NEEDS_KEY)
  return stream
}

function groupOf(
  context: CommandContext,
  argv: readonly Buffer[],
): { log: StreamLog; group: ConsumerGroup; key: string } {
  const key = name(argv[2])
  const { log } = streamOf(context, key)
  const group = log.groups.get(name(argv[3]))
  if (!group) throw noGroup(key, name(argv[3]))
  return { log, group, key }
}

interface GroupOptions {
  readonly makeStream: boolean
  readonly entriesRead: number | undefined
}

function groupOptions(argv: readonly Buffer[], mayMake: boolean): GroupOptions {
  let makeStream = false
  let entriesRead: number | undefined
  for (let i = 5; i < argv.length; i++) {
    const option = word(argv[i])
    if (option === 'mkstream' && mayMake) makeStream = true
    else if (option === 'entriesread' && i + 1 < argv.length) {
      entriesRead = integer(argv[++i])
      if (entriesRead < -1) throw new CommandError('ERR value for ENTRIESREAD must be positive or -1')
    } else throw wrongSubcommand(argv, 'XGROUP')
  }
  return { makeStream, entriesRead: entriesRead === -1 ? undefined : entriesRead }
}

function createGroup(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { keys } = context
  const { makeStream, entriesRead } = groupOptions(argv, true)
  const key = name(argv[2])
  const groupName = name(argv[3])
  const existing = keys.write(key, StoredStream)
  if (!existing && !makeStream) throw new CommandError(NEEDS_KEY)
  const lastId = name(argv[4]) === '$' ? (existing?.log.lastId ?? ZERO_ID) : strictId(argv[4])
  const { log } = existing ?? keys.ensure(key, StoredStream)
  if (!existing) keys.modified(key)
  if (log.groups.has(groupName)) throw new CommandError('BUSYGROUP Consumer Group name already exists')
  log.groups.set(groupName, {
    name: groupName,
    lastId,
    entriesRead,
    pending: new PendingList(),
    consumers: new Map(),
  })
  keys.modified(key)
  keys.event('xgroup-create', key)
  return OK
}

function setGroupId(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { entriesRead } = groupOptions(argv, false)
  const { log, group, key } = groupOf(context, argv)
  group.lastId = name(argv[4]) === '$' ? log.lastId : strictId(argv[4])
  group.entriesRead = entriesRead
  context.keys.modified(key)
  context.keys.event('xgroup-setid', key)
  return OK
}

function destroyGroup(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[2])
  const { log } = streamOf(context, key)
  if (!log.groups.delete(name(argv[3]))) return 0
  context.keys.modified(key)
  context.keys.event('xgroup-destroy', key)
  context.keys.ready(key)
  return 1
}

function createConsumer(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { group, key } = groupOf(context, argv)
  if (group.consumers.has(name(argv[4]))) return 0
  consumerOf(context, key, group, name(argv[4]))
  return 1
}

function deleteConsumer(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { group, key } = groupOf(context, argv)
  const consumer = group.consumers.get(name(argv[4]))
  if (!consumer) return 0
  for (const { id } of consumer.pending.values()) group.pending.delete(id)
  group.consumers.delete(consumer.name)
  context.keys.modified(key)
  context.keys.event('xgroup-delconsumer', key)
  return consumer.pending.size
}

function forget(group: ConsumerGroup, pending: StreamPendingEntry): void {
  group.pending.delete(pending.id)
  pending.consumer.pending.delete(formatId(pending.id))
}

function xack({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const group = keys.read(key, StoredStream)?.log.groups.get(name(argv[2]))
  if (!group) return 0
  const ids = argv.slice(3).map((id) => strictId(id))
  let acknowledged = 0
  for (const id of ids) {
    const pending = group.pending.get(id)
    if (!pending) continue
    forget(group, pending)
    acknowledged += 1
  }
  if (acknowledged > 0) keys.modified(key)
  return acknowledged
}

function existingGroup({ keys }: CommandContext, argv: readonly Buffer[]): { log: StreamLog; group: ConsumerGroup } {
  const key = name(argv[1])
  const log = keys.read(key, StoredStream)?.log
  const group = log?.groups.get(name(argv[2]))
  if (!log || !group) throw noKeyOrGroup(key, name(argv[2]))
  return { log, group }
}

function pendingSummary(group: ConsumerGroup): CommandReply {
  const all = [...group.pending.from(ZERO_ID)]
  const [first] = all
  const last = all[all.length - 1]
  if (!first || !last) return [0, null, null, new NilArray()]
  const holders = byName(group.consumers).filter(({ pending }) => pending.size > 0)
  return [
    all.length,
    formatId(first.id),
    formatId(last.id),
    holders.map((consumer) => [bytes(consumer.name), String(consumer.pending.size)]),
  ]
}

function xpending(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  if (argv.length === 3) return pendingSummary(existingGroup(context, argv).group)
  if (argv.length < 6 || argv.length > 9) syntaxError()
  let at = 3
  let minIdle = 0
  if (word(argv[3]) === 'idle') {
    minIdle = integer(argv[4])
    if (argv.length < 8) syntaxError()
    at = 5
  }
  const count = Math.max(0, integer(argv[at + 2]))
  const start = intervalId(argv[at], 'start')
  const end = intervalId(argv[at + 1], 'end')
  const { group } = existingGroup(context, argv)
  const only = argv[at + 3]
  const found: CommandReply[] = []
  for (const { id, consumer, deliveredAt, deliveries } of group.pending.from(start)) {
    if (found.length >= count || compareIds(id, end) > 0) break
    const idle = Math.max(0, wallMs() - deliveredAt)
    if (idle < minIdle || (only && consumer.name !== name(only))) continue
    found.push([formatId(id), bytes(consumer.name), idle, deliveries])
  }
  return found
}

interface ClaimOptions {
  readonly deliveredAt: number
  readonly retryCount: number | undefined
  readonly force: boolean
  readonly justId: boolean
  readonly lastId: StreamId | undefined
}

function claimOptions(argv: readonly Buffer[], from: number): ClaimOptions {
  let deliveredAt = wallMs()
  let retryCount: number | undefined
  let force = false
  let justId = false
  let lastId: StreamId | undefined
  for (let i = from; i < argv.length; i++) {
    const option = word(argv[i])
    const more = i + 1 < argv.length
    const invalid = `ERR Invalid ${option.toUpperCase()} option argument for XCLAIM`
    if (option === 'force') force = true
    else if (option === 'justid') justId = true
    else if (option === 'idle' && more) deliveredAt = wallMs() - integer(argv[++i], invalid)
    else if (option === 'time' && more) deliveredAt = integer(argv[++i], invalid)
    else if (option === 'retrycount' && more) retryCount = integer(argv[++i], invalid)
    else if (option === 'lastid' && more) lastId = strictId(argv[++i])
    else throw new CommandError(`ERR Unrecognized XCLAIM option '${name(argv[i])}'`)
  }
  const now = wallMs()
  return { deliveredAt: deliveredAt < 0 || deliveredAt > now ? now : deliveredAt, retryCount, force, justId, lastId }
}

const isId = (text: Buffer | undefined): boolean => /^[0-9]{1,20}(-[0-9]{1,20})?$/.test(name(text))

function assign(pending: StreamPendingEntry, consumer: Consumer): void {
  if (pending.consumer === consumer) return
  const key = formatId(pending.id)
  pending.consumer.pending.delete(key)
  pending.consumer = consumer
  consumer.pending.set(key, pending)
}

function xclaim(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const { log, group } = existingGroup(context, argv)
  const minIdle = Math.max(0, integer(argv[4], 'ERR Invalid min-idle-time argument for XCLAIM'))
  let at = 5
  while (at < argv.length && isId(argv[at])) at += 1
  const options = claimOptions(argv, at)
  if (options.lastId && compareIds(options.lastId, group.lastId) > 0) group.lastId = options.lastId
  const ids = argv.slice(5, at).map((id) => strictId(id))
  const claimed: CommandReply[] = []
  for (const id of ids) {
    let pending = group.pending.get(id)
    const entry = log.find(id)
    if (!entry) {
      if (pending) forget(group, pending)
      continue
    }
    if (pending) {
      if (minIdle > 0 && wallMs() - pending.deliveredAt < minIdle) continue
    } else if (!options.force) continue
    const consumer = consumerOf(context, key, group, name(argv[3]))
    if (!pending) {
      pending = { id, consumer, deliveredAt: 0, deliveries: 1 }
      group.pending.addEntry(pending)
      consumer.pending.set(formatId(id), pending)
    }
    assign(pending, consumer)
    pending.deliveredAt = options.deliveredAt
    if (options.retryCount !== undefined) pending.deliveries = options.retryCount
    else if (!options.justId) pending.deliveries += 1
    claimed.push(options.justId ? formatId(id) : showEntry(entry))
  }
  context.keys.modified(key)
  return claimed
}

const FULL_COUNT = 10
const DEFAULT_CLAIM = 100
const ATTEMPTS = 10

function xautoclaim(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[1])
  const value = context.keys.lookup(key)?.value
  const minIdle = Math.max(0, integer(argv[4], 'ERR Invalid min-idle-time argument for XAUTOCLAIM'))
  const start = intervalId(argv[5], 'start')
  let count = DEFAULT_CLAIM
  let justId = false
  for (let i = 6; i < argv.length; i++) {
    const option = word(argv[i])
    if (option === 'count' && i + 1 < argv.length) {
      count = integer(argv[++i], 'ERR COUNT must be > 0')
      if (count < 1) throw new CommandError('ERR COUNT must be > 0')
    } else if (option === 'justid') justId = true
    else syntaxError()
  }
  if (value && !(value instanceof StoredStream)) throw new CommandError(WRONG_TYPE)
  const log = value?.log
  const group = log?.groups.get(name(argv[2]))
  if (!log || !group) throw noKeyOrGroup(key, name(argv[2]))
  const claimed: CommandReply[] = []
  const gone: CommandReply[] = []
  let attempts = count * ATTEMPTS
  let next: StreamId = ZERO_ID
  for (const pending of [...group.pending.from(start)]) {
    if (attempts <= 0 || claimed.length + gone.length >= count) {
      next = pending.id
      break
    }
    attempts -= 1
    const entry = log.find(pending.id)
    if (!entry) {
      forget(group, pending)
      gone.push(formatId(pending.id))
      continue
    }
    if (minIdle > 0 && wallMs() - pending.deliveredAt < minIdle) continue
    assign(pending, consumerOf(context, key, group, name(argv[3])))
    pending.deliveredAt = wallMs()
    if (!justId) pending.deliveries += 1
    claimed.push(justId ? formatId(pending.id) : showEntry(entry))
  }
  context.keys.modified(key)
  return [formatId(next), claimed, gone]
}

/** How many entries FULL shows; 0 means all. Undefined without FULL. */
function fullCount(argv: readonly Buffer[]): number | undefined {
  if (argv.length === 3) return undefined
  const known = word(argv[3]) === 'full' && (argv.length === 4 || (argv.length === 6 && word(argv[4]) === 'count'))
  if (!known) throw wrongSubcommand(argv, 'XINFO')
  const count = argv.length === 6 ? integer(argv[5]) : FULL_COUNT
  return count < 0 ? FULL_COUNT : count
}

function infoStream({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const stream = keys.read(name(argv[2]), StoredStream)
  if (!stream) throw new CommandError(NO_KEY)
  const count = fullCount(argv)
  const { log } = stream
  const head: [CommandReply, CommandReply][] = [
    ['length', log.length],
    ['radix-tree-keys', log.nodeCount],
    ['radix-tree-nodes', log.nodeCount + 1],
    ['last-generated-id', formatId(log.lastId)],
    ['max-deleted-entry-id', formatId(log.maxDeletedId)],
    ['entries-added', log.entriesAdded],
    ['recorded-first-entry-id', formatId(log.firstId)],
  ]
  const most = count === 0 ? Number.POSITIVE_INFINITY : count
  if (most !== undefined)
    return new ReplyMap([
      ...head,
      ['entries', log.range(ZERO_ID, MAX_ID, most).map(showEntry)],
      ['groups', byName(log.groups).map((group) => fullGroup(log, group, most))],
    ])
  const [first] = log.range(ZERO_ID, MAX_ID, 1)
  const [last] = log.reverseRange(ZERO_ID, MAX_ID, 1)
  return new ReplyMap([
    ...head,
    ['groups', log.groups.size],
    ['first-entry', first ? showEntry(first) : null],
    ['last-entry', last ? showEntry(last) : null],
  ])
}

function fullGroup(log: StreamLog, group: ConsumerGroup, most: number): CommandReply {
  const pending = [...group.pending.from(ZERO_ID)]
  return new ReplyMap([
    ['name', bytes(group.name)],
    ['last-delivered-id', formatId(group.lastId)],
    ['entries-read', group.entriesRead ?? null],
    ['lag', log.lag(group) ?? null],
    ['pel-count', pending.length],
    [
      'pel',
      pending
        .slice(0, most)
        .map(({ id, consumer, deliveredAt, deliveries }) => [
          formatId(id),
          bytes(consumer.name),
          deliveredAt,
          deliveries,
        ]),
    ],
    ['consumers', byName(group.consumers).map((consumer) => fullConsumer(consumer, most))],
  ])
}

function fullConsumer(consumer: Consumer, most: number): CommandReply {
  const pending = [...consumer.pending.values()].sort((a, b) => compareIds(a.id, b.id))
  return new ReplyMap([
    ['name', bytes(consumer.name)],
    ['seen-time', consumer.seenAt],
    ['pel-count', pending.length],
    ['pel', pending.slice(0, most).map(({ id, deliveredAt, deliveries }) => [formatId(id), deliveredAt, deliveries])],
  ])
}

function infoGroups({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const stream = keys.read(name(argv[2]), StoredStream)
  if (!stream) throw new CommandError(NO_KEY)
  return byName(stream.log.groups).map(
    (group) =>
      new ReplyMap([
        ['name', bytes(group.name)],
        ['consumers', group.consumers.size],
        ['pending', group.pending.size],
        ['last-delivered-id', formatId(group.lastId)],
        ['entries-read', group.entriesRead ?? null],
        ['lag', stream.log.lag(group) ?? null],
      ]),
  )
}

function infoConsumers({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const key = name(argv[2])
  const stream = keys.read(key, StoredStream)
  if (!stream) throw new CommandError(NO_KEY)
  const group = stream.log.groups.get(name(argv[3]))
  if (!group) throw noGroup(key, name(argv[3]))
  return byName(group.consumers).map(
    (consumer) =>
      new ReplyMap([
        ['name', bytes(consumer.name)],
        ['pending', consumer.pending.size],
        ['idle', Math.max(0, wallMs() - consumer.seenAt)],
      ]),
  )
}

export const streamGroups: CommandHandlers = {
  'xgroup|create': createGroup,
  'xgroup|setid': setGroupId,
  'xgroup|destroy': destroyGroup,
  'xgroup|createconsumer': createConsumer,
  'xgroup|delconsumer': deleteConsumer,
  xack,
  xpending,
  xclaim,
  xautoclaim,
  'xinfo|stream': infoStream,
  'xinfo|groups': infoGroups,
  'xinfo|consumers': infoConsumers,
}
