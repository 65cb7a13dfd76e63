import { isUtf8 } from 'node:buffer'
import { type Decoder, describe, Mismatch, type Reply } from './reply'
import type { ResultValue } from './vocabulary/value'

/**
 * A value that a function returned (protocol 4.6): text where the bytes are UTF-8, else the bytes; an integer, a bigint
 * beyond 2^53; nil; an error that the function put among its results; or a list of such values. Simple and bulk strings
 * are not distinguished.
 */
export type GearsValue = string | Buffer | number | bigint | null | { readonly error: string } | readonly GearsValue[]

/** Deeper than Redis itself nests a reply for RESP clients; keeps a hostile reply from exhausting the stack. */
const MAX_DEPTH = 128

const decodeValue = (reply: Reply, depth: number): GearsValue => {
  if (Buffer.isBuffer(reply)) return isUtf8(reply) ? reply.toString() : reply
  if (reply === null) return null
  if (reply instanceof Error) return { error: reply.message }
  if (typeof reply === 'number') {
    // Without `stringNumbers` ioredis has rounded it already: better no number than a wrong one.
    if (Number.isSafeInteger(reply) || (Number.isFinite(reply) && !Number.isInteger(reply))) return reply
    throw new Mismatch('a number that fits 53 bits', 'a larger one')
  }
  if (typeof reply === 'string' && /^-?\d+$/.test(reply)) {
    const number = Number(reply)
    return Number.isSafeInteger(number) ? number : BigInt(reply)
  }
  if (Array.isArray(reply)) {
    if (depth >= MAX_DEPTH) throw new Mismatch(`at most ${MAX_DEPTH} nested arrays`, 'more')
    return reply.map((element: Reply, i) => {
      try {
        return decodeValue(element, depth + 1)
      } catch (error) {
        if (error instanceof Mismatch) error.within(`[${i}]`)
        throw error
      }
    })
  }
  throw new Mismatch('a value', describe(reply))
}

export const gearsValue: Decoder<GearsValue> = (reply) => decodeValue(reply, 0)

/** For JSON: bytes as base64, a bigint as its digits. */
export function toResultValue(value: GearsValue): ResultValue {
  if (Buffer.isBuffer(value)) return { base64: value.toString('base64') }
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(toResultValue)
  // Array.isArray does not narrow a readonly array away.
  if (value !== null && typeof value === 'object') return 'error' in value ? { error: value.error } : []
  return value
}
