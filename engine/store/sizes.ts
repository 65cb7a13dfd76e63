import { HashValue, ListValue, SetValue, StreamValue, StringValue, type Value, ZSetValue } from './values'

/** Rough costs of V8's objects, in bytes. */
const BUFFER = 96
const SLOT = 88

/** An estimate of a value's memory in bytes, for MEMORY USAGE. */
export function estimateSize(value: Value): number {
  if (value instanceof StringValue) return BUFFER + value.bytes.length
  if (value instanceof ListValue) return [...value.items].reduce((sum, item) => sum + BUFFER + item.length, SLOT)
  if (value instanceof HashValue)
    return [...value.fields].reduce((sum, [field, bytes]) => sum + SLOT + BUFFER + field.length + bytes.length, SLOT)
  if (value instanceof SetValue)
    return [...value.members.keys()].reduce((sum, member) => sum + SLOT + member.length, SLOT)
  if (value instanceof ZSetValue)
    return [...value.members.scores.keys()].reduce((sum, member) => sum + 2 * SLOT + member.length, SLOT)
  if (value instanceof StreamValue) return SLOT + value.log.length * (SLOT + 2 * BUFFER)
  return SLOT
}
