import { StoredHash, StoredList, StoredSet, StoredStream, StoredString, type StoredValue, StoredZSet } from './values'

/** Approximate sizes of V8's objects, bytes. */
const BUFFER = 96
const SLOT = 88

/** Estimates a value's memory in bytes, for MEMORY USAGE. */
export function estimateSize(value: StoredValue): number {
  if (value instanceof StoredString) return BUFFER + value.bytes.length
  if (value instanceof StoredList) return [...value.items].reduce((sum, item) => sum + BUFFER + item.length, SLOT)
  if (value instanceof StoredHash)
    return [...value.fields].reduce((sum, [field, bytes]) => sum + SLOT + BUFFER + field.length + bytes.length, SLOT)
  if (value instanceof StoredSet)
    return [...value.members.keys()].reduce((sum, member) => sum + SLOT + member.length, SLOT)
  if (value instanceof StoredZSet)
    return [...value.members.scores.keys()].reduce((sum, member) => sum + 2 * SLOT + member.length, SLOT)
  if (value instanceof StoredStream) return SLOT + value.log.length * (SLOT + 2 * BUFFER)
  return SLOT
}
