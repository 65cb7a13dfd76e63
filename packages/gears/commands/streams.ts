import { command } from '../command'
import { bytes, type Decoder, integer, list, map, nullable, optional, pairs, text, tuple } from '../reply'
import { growing, NO_DANGERS } from './dangers'

// What Redis itself reports about a stream and its consumer groups. Keys are bytes.

/** One step of SCAN over the streams of a shard: where to continue, `0` at the end, and what was found. */
export const scanStreams = command({
  name: 'SCAN',
  access: 'watch',
  guard: {
    dangers: [growing('a step looks at COUNT keys', 'a budget of steps, only while a page asks')],
    sender: 'gearboard',
  },
  reads: true,
  args: (cursor: string, pattern: string, count: number) => [
    cursor,
    ...['MATCH', pattern],
    ...['COUNT', count],
    ...['TYPE', 'stream'],
  ],
  decode: map(tuple<readonly [string, readonly Buffer[]]>(text, list(bytes)), ([cursor, keys]) => ({ cursor, keys })),
})

export interface StreamFacts {
  readonly length: number
  readonly lastId: string
  /** Null where it is empty. */
  readonly firstId: string | null
}

const idOfEntry: Decoder<string | null> = (reply) => {
  const [id = null] = Array.isArray(reply) ? reply : []
  return id === null ? null : text(id)
}

/** `rejected` where there is no such key, or where it is no stream. */
export const streamInfo = command({
  name: 'XINFO',
  subcommand: 'STREAM',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: (key: Buffer) => [key],
  decode: map(
    pairs({ length: integer, 'last-generated-id': text, 'first-entry': idOfEntry }),
    (facts): StreamFacts => ({
      length: facts.length,
      lastId: facts['last-generated-id'],
      firstId: facts['first-entry'],
    }),
  ),
})

export interface StreamGroup {
  readonly name: string
  readonly pending: number
  readonly lastDeliveredId: string
  /** Entries that it has not been given; null where Redis cannot tell, undefined before Redis 7. */
  readonly lag: number | null | undefined
}

export const streamGroups = command({
  name: 'XINFO',
  subcommand: 'GROUPS',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: (key: Buffer) => [key],
  decode: list(
    map(
      pairs({ name: text, pending: integer, 'last-delivered-id': text, lag: optional(nullable(integer)) }),
      (group): StreamGroup => ({
        name: group.name,
        pending: group.pending,
        lastDeliveredId: group['last-delivered-id'],
        lag: group.lag,
      }),
    ),
  ),
})

/** An entry that a group was given and has not acknowledged. */
export interface PendingEntry {
  readonly id: string
  /** Since it was last delivered, ms. */
  readonly idleMs: number
  readonly deliveries: number
}

/** The oldest pending entries of a group. */
export const pendingEntries = command({
  name: 'XPENDING',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: (key: Buffer, group: string, count: number) => [key, group, '-', '+', count],
  decode: list(
    map(
      tuple<readonly [string, string, number, number]>(text, text, integer, integer),
      ([id, , idleMs, deliveries]): PendingEntry => ({ id, idleMs, deliveries }),
    ),
  ),
})

/** Fields and values of one entry, alternating; null where it was deleted or trimmed. */
export const streamEntry = command({
  name: 'XRANGE',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: (key: Buffer, id: string) => [key, id, id],
  decode: map(
    list(tuple<readonly [string, readonly Buffer[] | null]>(text, nullable(list(bytes)))),
    ([entry]): readonly Buffer[] | null => entry?.[1] ?? null,
  ),
})
