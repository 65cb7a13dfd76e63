import { CommandError } from '../../command-error'
import { MAX_ID, nextId, parseId, previousId, type StreamId, ZERO_ID } from '../../keys/stream'
import { name } from '../arguments'

const INVALID = 'ERR Invalid stream ID specified as stream command argument'
const U64_MAX = MAX_ID.seq

/** Reads a complete id; a missing sequence is `missing`. */
export function strictId(text: Buffer | undefined, missing = 0n): StreamId {
  const id = parseId(name(text), missing)
  if (!id) throw new CommandError(INVALID)
  return id
}

/** Reads an end of XRANGE: `-`, `+`, an id, or `(` and an id. */
export function intervalId(text: Buffer | undefined, end: 'start' | 'end'): StreamId {
  const given = name(text)
  if (given === '-') return ZERO_ID
  if (given === '+') return MAX_ID
  const missing = end === 'start' ? 0n : U64_MAX
  if (!given.startsWith('(')) return strictId(text, missing)
  const id = parseId(given.slice(1), missing)
  if (!id) throw new CommandError(INVALID)
  const inside = end === 'start' ? nextId(id) : previousId(id)
  if (!inside) throw new CommandError(`ERR invalid ${end} ID for the interval`)
  return inside
}
