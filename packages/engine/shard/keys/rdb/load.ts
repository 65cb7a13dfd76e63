import { Deque } from '../deque'
import { parseDouble } from '../numbers'
import { StoredHash, StoredList, StoredSet, StoredStream, StoredString, type StoredValue, StoredZSet } from '../values'
import { readIntset, readListpack, readZiplist } from './packed'
import { BadPayload, RdbReader } from './reader'
import { loadStream } from './streams'
import { RDB } from './types'

const bad = (what: string): never => {
  throw new BadPayload(what)
}

const name = (bytes: Buffer): string => bytes.toString('latin1')
/** Copies, so that the payload can be freed. */
const own = (bytes: Buffer): Buffer => Buffer.from(bytes)

/** Reads one value of a payload; throws `BadPayload`. */
export function loadValue(bytes: Buffer): StoredValue {
  const reader = new RdbReader(bytes)
  const value = readValue(reader.byte(), reader)
  if (!reader.done || value.size === 0) bad('not exactly one value')
  return value
}

/** Reads a value after its type; throws `BadPayload`. */
export function readValue(type: number, reader: RdbReader): StoredValue {
  switch (type) {
    case RDB.string:
      return new StoredString(own(reader.string()))
    case RDB.list:
      return list(strings(reader, reader.count()))
    case RDB.set:
      return set(strings(reader, reader.count()))
    case RDB.hash:
      return hash(strings(reader, reader.count() * 2))
    case RDB.zset:
      return sortedSet(repeat(reader.count(), () => [reader.string(), reader.textDouble()]))
    case RDB.zset2:
      return sortedSet(repeat(reader.count(), () => [reader.string(), reader.double()]))
    case RDB.listZiplist:
      return list(readZiplist(reader.string()))
    case RDB.intset:
      return set(readIntset(reader.string()))
    case RDB.zsetZiplist:
      return sortedSet(scored(readZiplist(reader.string())))
    case RDB.zsetListpack:
      return sortedSet(scored(readListpack(reader.string())))
    case RDB.hashZiplist:
      return hash(readZiplist(reader.string()))
    case RDB.hashListpack:
      return hash(readListpack(reader.string()))
    case RDB.quicklist:
      return list(repeat(reader.count(), () => readZiplist(reader.string())).flat())
    case RDB.quicklist2:
      return list(repeat(reader.count(), () => quicklistNode(reader)).flat())
    case RDB.stream:
    case RDB.stream2:
      return new StoredStream(loadStream(reader, type === RDB.stream2))
    default:
      return bad(`no type ${type}`)
  }
}

function repeat<T>(count: number, read: () => T): T[] {
  return Array.from({ length: count }, read)
}

const strings = (reader: RdbReader, count: number): Buffer[] => repeat(count, () => reader.string())

const PLAIN = 1
const PACKED = 2

function quicklistNode(reader: RdbReader): Buffer[] {
  const container = reader.count()
  if (container !== PLAIN && container !== PACKED) bad('no such container')
  const bytes = reader.string()
  return container === PLAIN ? [bytes] : readListpack(bytes)
}

const list = (items: readonly Buffer[]): StoredList => new StoredList(new Deque(items.map(own)))

function set(members: readonly Buffer[]): StoredSet {
  const value = new StoredSet()
  for (const member of members) if (!value.addMember(name(member))) bad('a member is repeated')
  return value
}

function hash(pairs: readonly Buffer[]): StoredHash {
  const value = new StoredHash()
  for (let i = 0; i < pairs.length; i += 2) {
    const [field, content] = pairs.slice(i, i + 2)
    if (!field || !content || !value.set(name(field), own(content))) bad('a field is repeated or has no value')
  }
  return value
}

/** Members, each followed by its score as text. */
function scored(items: readonly Buffer[]): [Buffer, number][] {
  if (items.length % 2 === 1) bad('a member has no score')
  return items.flatMap((member, i): [Buffer, number][] => {
    if (i % 2 === 1) return []
    return [[member, parseDouble(name(items[i + 1] ?? member)) ?? bad('not a score')]]
  })
}

function sortedSet(members: readonly (readonly [Buffer, number])[]): StoredZSet {
  const value = new StoredZSet()
  for (const [member, score] of members)
    if (Number.isNaN(score) || !value.set(name(member), score)) bad('a member is repeated or has no score')
  return value
}
