import { StoredHash, StoredList, StoredSet, StoredStream, StoredString, type StoredValue, StoredZSet } from '../values'
import { saveStream } from './streams'
import { RDB } from './types'
import { RdbWriter } from './writer'

const bytes = (name: string): Buffer => Buffer.from(name, 'latin1')

/** A value in RDB's plain encodings, which every Redis since 5 reads; undefined for a module's value. */
export function saveValue(value: StoredValue): Buffer | undefined {
  const out = new RdbWriter()
  if (value instanceof StoredString) {
    out.byte(RDB.string)
    out.string(value.bytes)
  } else if (value instanceof StoredList) {
    out.byte(RDB.list)
    out.length(value.size)
    for (const item of value.items) out.string(item)
  } else if (value instanceof StoredSet) {
    out.byte(RDB.set)
    out.length(value.size)
    for (const member of value.members.keys()) out.string(bytes(member))
  } else if (value instanceof StoredHash) {
    out.byte(RDB.hash)
    out.length(value.size)
    for (const [field, content] of value.fields) {
      out.string(bytes(field))
      out.string(content)
    }
  } else if (value instanceof StoredZSet) {
    out.byte(RDB.zset2)
    out.length(value.size)
    for (const { member, score } of value.members.slice(0, value.size)) {
      out.string(bytes(member))
      out.double(score)
    }
  } else if (value instanceof StoredStream) {
    out.byte(RDB.stream2)
    saveStream(out, value.log)
  } else return undefined
  return out.done()
}
