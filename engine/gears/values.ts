import { isUtf8 } from 'node:buffer'
import { Double, Failure, NilArray, Push, type Reply, ReplyMap, ReplySet, Simple, Verbatim } from '../core'
import type { Version } from './terms'

/**
 * Values on their way between the shard and Python, as JSON: text is a string, other bytes are {"b": latin-1 text}, integers beyond
 * 53 bits {"i": digits}; out of Python also {"t": text}, a bulk whose first character means nothing; into it {"h": pairs}, a dict.
 */
export type Value =
  | null
  | string
  | number
  | { readonly b: string }
  | { readonly i: string }
  | { readonly t: string }
  | { readonly h: Value }
  | readonly Value[]

export function bytesValue(bytes: Uint8Array): string | { readonly b: string } {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return isUtf8(buffer) ? buffer.toString() : { b: buffer.toString('latin1') }
}

/** A command's reply as Python sees it: doubles, statuses and verbatim texts are str, maps and sets flat lists. */
export function replyValue(reply: Reply): Value {
  if (reply === null || typeof reply === 'string') return reply
  if (typeof reply === 'number') return reply
  if (typeof reply === 'bigint') return { i: reply.toString() }
  if (reply instanceof Uint8Array) return bytesValue(reply)
  if (reply instanceof Simple || reply instanceof Failure || reply instanceof Verbatim) return reply.text
  if (reply instanceof Double) return doubleText(reply.value)
  if (reply instanceof NilArray) return null
  if (reply instanceof ReplyMap) return reply.entries.flatMap(([key, value]) => [replyValue(key), replyValue(value)])
  if (reply instanceof ReplySet || reply instanceof Push) return reply.items.map(replyValue)
  return reply.map(replyValue)
}

/** `%.17g`, as RESP2 prints a double. */
export function doubleText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return value.toString()
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : value < 0 ? '-inf' : 'nan'
  const precise = value.toPrecision(17)
  const [mantissa = '', exponent] = precise.split('e')
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  return exponent === undefined ? short : `${short}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`
}

/** A result as the client gets it (protocol 4.6). In 1.2 a text of two or more characters that starts with + or - is a status or error. */
export function resultReply(value: unknown, version: Version): Reply {
  if (typeof value === 'number') return value
  if (typeof value === 'string') {
    if (version === '1.2' && value.length > 1) {
      if (value.startsWith('+')) return new Simple(oneLine(value.slice(1)))
      if (value.startsWith('-')) return new Failure(oneLine(value.slice(1)))
    }
    return value
  }
  if (Array.isArray(value)) return value.map((item) => resultReply(item, version))
  if (typeof value === 'object' && value !== null) {
    if ('b' in value && typeof value.b === 'string') return Buffer.from(value.b, 'latin1')
    if ('i' in value && typeof value.i === 'string') return BigInt(value.i)
    if ('t' in value && typeof value.t === 'string') return value.t
  }
  throw new TypeError(`a result that Python can not have sent: ${typeof value}`)
}

/** A line break inside a status or an error would end it on the wire. */
const oneLine = (text: string): string => text.replace(/[\r\n]/g, ' ')

/** The errors of an execution as a list; 1.0 counts the C string's end among the characters of those that Python made. */
export function errorTexts(errors: readonly string[], version: Version): string[] {
  return errors.map((text) => (version === '1.0' && /^(\['Traceback|Error type: )/.test(text) ? `${text}\0` : text))
}
