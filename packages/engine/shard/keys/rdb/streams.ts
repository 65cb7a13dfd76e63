import {
  type Consumer,
  type ConsumerGroup,
  compareIds,
  formatId,
  MAX_ID,
  PendingList,
  type StreamEntry,
  type StreamId,
  StreamLog,
  ZERO_ID,
} from '../stream'
import { readListpack, writeListpack } from './packed'
import { BadPayload, type RdbReader } from './reader'
import type { RdbWriter } from './writer'

/** Streams in RDB: entries in listpacks, then counters, then groups with their pending entries. */

const DELETED = 1
const SAME_FIELDS = 2
/** A group's number of read entries if it is unknown. */
const UNKNOWN = 2n ** 64n - 1n
const NODE_ENTRIES = 100

const bad = (what: string): never => {
  throw new BadPayload(what)
}

/** Reads the values of a node's listpack in order. */
class NodeReader {
  private readonly items: Buffer[]
  private at = 0

  constructor(bytes: Buffer) {
    this.items = readListpack(bytes)
  }

  get done(): boolean {
    return this.at >= this.items.length
  }

  takeElement(): Buffer {
    return this.items[this.at++] ?? bad('an entry is truncated')
  }

  takeMany(count: number): Buffer[] {
    if (count > this.items.length - this.at) bad('an entry is truncated')
    return Array.from({ length: count }, () => Buffer.from(this.takeElement()))
  }

  integer(): bigint {
    const text = this.takeElement().toString('latin1')
    return /^-?[0-9]+$/.test(text) ? BigInt(text) : bad('not an integer')
  }

  count(): number {
    const value = this.integer()
    return value >= 0n && value < 2n ** 32n ? Number(value) : bad('not a count')
  }
}

const readId = (reader: RdbReader): StreamId => ({ ms: reader.bigLength(), seq: reader.bigLength() })

/** `counted`: with the counters that Redis 7 added. */
export function loadStream(reader: RdbReader, counted: boolean): StreamLog {
  const log = new StreamLog()
  for (let nodes = reader.count(); nodes > 0; nodes--) {
    for (const entry of entriesOf(idFrom(reader.string()), reader.string())) {
      if (log.length > 0 && compareIds(entry.id, log.topId) <= 0) bad('entries are out of order')
      log.append(entry)
    }
  }
  if (reader.bigLength() !== BigInt(log.length)) bad('the number of entries is wrong')
  log.lastId = readId(reader)
  log.entriesAdded = log.length
  if (counted) {
    readId(reader)
    log.maxDeletedId = readId(reader)
    log.entriesAdded = Number(reader.bigLength())
  }
  for (let groups = reader.count(); groups > 0; groups--) {
    const group = loadGroup(reader, counted)
    if (!counted) group.entriesRead = log.countUpTo(group.lastId)
    if (log.groups.has(group.name)) bad('a group is repeated')
    log.groups.set(group.name, group)
  }
  return log
}

function idFrom(bytes: Buffer): StreamId {
  return bytes.length === 16 ? { ms: bytes.readBigUInt64BE(0), seq: bytes.readBigUInt64BE(8) } : bad('not an id')
}

function idBytes({ ms, seq }: StreamId): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64BE(ms, 0)
  bytes.writeBigUInt64BE(seq, 8)
  return bytes
}

/** The entries of one node without deleted ones. */
function entriesOf(master: StreamId, bytes: Buffer): StreamEntry[] {
  const node = new NodeReader(bytes)
  const total = node.count() + node.count()
  const masterFields = node.takeMany(node.count())
  node.takeElement()
  const entries: StreamEntry[] = []
  for (let i = 0; i < total; i++) {
    const flags = node.count()
    const id = {
      ms: BigInt.asUintN(64, master.ms + node.integer()),
      seq: BigInt.asUintN(64, master.seq + node.integer()),
    }
    const same = (flags & SAME_FIELDS) !== 0
    const fields = same
      ? masterFields.flatMap((field) => [field, ...node.takeMany(1)])
      : node.takeMany(2 * node.count())
    node.takeElement()
    if ((flags & DELETED) === 0) entries.push({ id, fields })
  }
  return node.done ? entries : bad('more entries than announced')
}

function loadGroup(reader: RdbReader, counted: boolean): ConsumerGroup {
  const name = reader.string().toString('latin1')
  const lastId = readId(reader)
  const read = counted ? reader.bigLength() : UNKNOWN
  const group: ConsumerGroup = {
    name,
    lastId,
    entriesRead: read === UNKNOWN ? undefined : Number(read),
    pending: new PendingList(),
    consumers: new Map(),
  }
  const unowned = new Map<string, { id: StreamId; deliveredAt: number; deliveries: number }>()
  for (let pending = reader.count(); pending > 0; pending--) {
    const id = idFrom(reader.takeBytes(16))
    unowned.set(formatId(id), { id, deliveredAt: Number(reader.uint64()), deliveries: Number(reader.bigLength()) })
  }
  for (let consumers = reader.count(); consumers > 0; consumers--) {
    const consumer: Consumer = {
      name: reader.string().toString('latin1'),
      seenAt: Number(reader.uint64()),
      pending: new Map(),
    }
    if (group.consumers.has(consumer.name)) bad('a consumer is repeated')
    group.consumers.set(consumer.name, consumer)
    for (let owned = reader.count(); owned > 0; owned--) {
      const id = formatId(idFrom(reader.takeBytes(16)))
      const found = unowned.get(id) ?? bad('a consumer has an entry that is not pending in its group')
      unowned.delete(id)
      consumer.pending.set(id, { ...found, consumer })
    }
  }
  if (unowned.size > 0) bad('a pending entry has no consumer')
  const all = [...group.consumers.values()].flatMap((consumer) => [...consumer.pending.values()])
  for (const pending of all.sort((a, b) => compareIds(a.id, b.id))) group.pending.addEntry(pending)
  return group
}

/** Each entry stores its own fields; the node's fields are those of the first entry. */
function nodeBytes(entries: readonly StreamEntry[], master: StreamEntry): Buffer {
  const names = master.fields.filter((_, i) => i % 2 === 0)
  const values: (Buffer | bigint)[] = [BigInt(entries.length), 0n, BigInt(names.length), ...names, 0n]
  for (const { id, fields } of entries) {
    const count = BigInt(fields.length / 2)
    values.push(0n, id.ms - master.id.ms, id.seq - master.id.seq, count, ...fields, 2n * count + 4n)
  }
  return writeListpack(values)
}

export function saveStream(out: RdbWriter, log: StreamLog): void {
  const entries = log.range(ZERO_ID, MAX_ID)
  out.length(Math.ceil(entries.length / NODE_ENTRIES))
  for (let i = 0; i < entries.length; i += NODE_ENTRIES) {
    const node = entries.slice(i, i + NODE_ENTRIES)
    const [master] = node
    if (!master) continue
    out.string(idBytes(master.id))
    out.string(nodeBytes(node, master))
  }
  out.length(log.length)
  for (const { ms, seq } of [log.lastId, log.firstId, log.maxDeletedId]) {
    out.length(ms)
    out.length(seq)
  }
  out.length(log.entriesAdded)
  out.length(log.groups.size)
  for (const group of log.groups.values()) saveGroup(out, group)
}

function saveGroup(out: RdbWriter, { name, lastId, entriesRead, pending, consumers }: ConsumerGroup): void {
  out.string(Buffer.from(name, 'latin1'))
  out.length(lastId.ms)
  out.length(lastId.seq)
  out.length(entriesRead ?? UNKNOWN)
  out.length(pending.size)
  for (const { id, deliveredAt, deliveries } of pending.from(ZERO_ID)) {
    out.raw(idBytes(id))
    out.uint64(BigInt(deliveredAt))
    out.length(deliveries)
  }
  out.length(consumers.size)
  for (const consumer of consumers.values()) {
    out.string(Buffer.from(consumer.name, 'latin1'))
    out.uint64(BigInt(consumer.seenAt))
    out.length(consumer.pending.size)
    for (const { id } of consumer.pending.values()) out.raw(idBytes(id))
  }
}
