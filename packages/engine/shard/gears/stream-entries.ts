import type { ReaderCall } from '../../python/entry'
import { type CommandReply, ReplyMap } from '../core'
import { inTableOrder } from './dict-order'

/** A message of a stream. */
interface StreamMessage {
  readonly id: string
  readonly fields: readonly Buffer[]
}

/** The messages of an XREADGROUP reply for one stream. */
export function entriesOf(reply: CommandReply): StreamMessage[] {
  const streams = reply instanceof ReplyMap ? reply.entries : reply
  if (!Array.isArray(streams)) return []
  const [stream] = streams
  const entries = Array.isArray(stream) ? stream[1] : undefined
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry): StreamMessage[] => {
    if (!Array.isArray(entry)) return []
    const [id, fields] = entry
    // A pending message that was trimmed has no fields.
    return [{ id: text(id), fields: Array.isArray(fields) ? fields.map(asBuffer) : [] }]
  })
}

/** Messages of a stream in the form that scripts see. */
export function entriesSource(key: Buffer, entries: readonly StreamMessage[]): ReaderCall {
  return ['stream', key, entries.map(({ id, fields }) => [id, inTableOrder(pairsIn(fields))])]
}

function pairsIn(fields: readonly Buffer[]): (readonly [Buffer, Buffer])[] {
  const pairs: [Buffer, Buffer][] = []
  for (let i = 0; i < fields.length; i += 2) pairs.push([fields[i] ?? NONE, fields[i + 1] ?? NONE])
  return pairs
}

const NONE = Buffer.alloc(0)

/** Reads a flat list of names and values, or a map. */
export function pairsOf(reply: CommandReply): Map<string, string> {
  const flat = reply instanceof ReplyMap ? reply.entries.flat() : Array.isArray(reply) ? reply : []
  const pairs = new Map<string, string>()
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.set(text(flat[i] ?? null), text(flat[i + 1] ?? null))
  return pairs
}

/** A reply that is a string or a number, as a string. */
const text = (reply: CommandReply): string =>
  reply instanceof Uint8Array ? Buffer.from(reply).toString() : typeof reply === 'string' ? reply : String(reply)

const asBuffer = (reply: CommandReply): Buffer =>
  reply instanceof Uint8Array ? Buffer.from(reply) : Buffer.from(text(reply))

const MAX_SEQUENCE = (1n << 64n) - 1n

/** The lowest `ms-seq` id above this one. */
export function idAfter(id: string): string {
  const [ms = '0', sequence = '0'] = id.split('-')
  return BigInt(sequence) < MAX_SEQUENCE ? `${ms}-${BigInt(sequence) + 1n}` : `${BigInt(ms) + 1n}-0`
}
