import type { Result } from '../../python/entry'
import type { ToPython } from '../../python/native'
import { type CommandReply, Double, Failure, NilArray, Push, ReplyMap, ReplySet, Simple, Verbatim } from '../core'
import { withoutEndZeros } from '../keys/numbers'
import type { GearsVersion } from './terms'

/** Converts a command's reply for Python: doubles, statuses and verbatim strings become str, maps and sets become flat lists. */
export function replyValue(reply: CommandReply): ToPython {
  if (reply === null || typeof reply !== 'object' || reply instanceof Uint8Array) return reply
  if (reply instanceof Simple || reply instanceof Failure || reply instanceof Verbatim) return reply.text
  if (reply instanceof Double) return doubleText(reply.value)
  if (reply instanceof NilArray) return null
  if (reply instanceof ReplyMap) return reply.entries.flatMap(([key, value]) => [replyValue(key), replyValue(value)])
  if (reply instanceof ReplySet || reply instanceof Push) return reply.items.map(replyValue)
  return reply.map(replyValue)
}

/** Formats a double as RESP2 does, with `%.17g`. */
export function doubleText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return value.toString()
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : value < 0 ? '-inf' : 'nan'
  const precise = value.toPrecision(17)
  const [mantissa = '', exponent] = precise.split('e')
  const short = withoutEndZeros(mantissa)
  return exponent === undefined ? short : `${short}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`
}

/**
 * Converts a result to a reply (protocol 4.6). In 1.2, a string of two or more characters that starts with + or - is a status or an error.
 */
export function resultReply(result: Result, version: GearsVersion): CommandReply {
  if (typeof result === 'string') {
    if (version === '1.2' && result.length > 1) {
      if (result.startsWith('+')) return new Simple(oneLine(result.slice(1)))
      if (result.startsWith('-')) return new Failure(oneLine(result.slice(1)))
    }
    return result
  }
  if (typeof result !== 'object' || result instanceof Uint8Array) return result
  return result.map((item) => resultReply(item, version))
}

/** A line break inside a status or an error would end it in RESP. */
const oneLine = (text: string): string => text.replace(/[\r\n]/g, ' ')

/** The errors of an execution as a list. Version 1.0 sends the final NUL of errors that Python raised. */
export function errorTexts(errors: readonly string[], version: GearsVersion): string[] {
  return errors.map((text) => (version === '1.0' && /^(\['Traceback|Error type: )/.test(text) ? `${text}\0` : text))
}
