import type { QueryClient } from '@tanstack/react-query'
import type { ShardState } from '@/lib/model/cluster/shard'
import { type ConnectionState, hasAnswered } from '@/lib/model/connection/connection'
import type { Execution } from '@/lib/model/executions/execution'
import { partitionPoint, type RowList, rowList, stepped, without } from '@/lib/model/list/row-list'
import type { Sample } from '@/lib/model/record/sample'
import type { Registration } from '@/lib/model/registrations/registration'
import type { LiveDelta } from './contract/connections'

/** Samples kept by the server, ms: what charts can show. */
export const SAMPLE_SPAN_MS = 15 * 60_000

/**
 * An immutable list with an index that travels with its newest version: a delta costs its rows and one flat copy, also at 100,000.
 * Only the newest version may be changed further.
 */
export interface Keyed<T> extends RowList<T> {
  /** By key: the number under which the row first appeared. Numbers rise along `rows`. */
  readonly numbers: Map<string, number>
  /** The same of every row that is or was in the list: rows that left are compared as well. */
  readonly numberOf: WeakMap<object, number>
  readonly nextNumber: number
}

export const emptyKeyed = <T extends object>(): Keyed<T> => numbered<T>([], () => '')

export interface KeyedChange<T> {
  readonly full: boolean
  readonly upserts: readonly T[]
  readonly removed: readonly string[]
}

/** The list after removals, then upserts. Returns the same object when nothing changed, so that nothing renders again. */
export function applyChange<T extends object>(
  current: Keyed<T>,
  keyOf: (item: T) => string,
  change: KeyedChange<T>,
): Keyed<T> {
  if (change.full) return numbered(change.upserts, keyOf)
  const { numbers, numberOf } = current
  let { nextNumber } = current
  const gone = [...new Set(change.removed)]
    .flatMap((key) => placeOfKey(current, keyOf, key) ?? [])
    .sort((a, b) => a - b)
  // If a row appears twice, the last one counts.
  const upserts = new Map(change.upserts.map((item) => [keyOf(item), item]))
  if (gone.length === 0 && upserts.size === 0) return current
  for (const key of change.removed) numbers.delete(key)
  const left = gone.map((at) => current.rows[at]).filter((row) => row !== undefined)
  const rows = without(current.rows, gone).slice()
  const kept = { rows, numbers }
  const added: T[] = []
  for (const [key, item] of upserts) {
    const at = placeOfKey(kept, keyOf, key)
    const before = at === undefined ? undefined : rows[at]
    if (at !== undefined && before !== undefined) {
      left.push(before)
      rows[at] = item
      numberOf.set(item, numberOf.get(before) ?? 0)
    } else added.push(item)
  }
  for (const item of added) {
    numberOf.set(item, nextNumber)
    numbers.set(keyOf(item), nextNumber++)
    rows.push(item)
  }
  return { ...stepped(current, { left, came: [...upserts.values()] }, rows), numbers, numberOf, nextNumber }
}

function numbered<T extends object>(items: readonly T[], keyOf: (item: T) => string): Keyed<T> {
  const numberOf = new WeakMap<object, number>()
  items.forEach((item, at) => {
    numberOf.set(item, at)
  })
  return {
    ...rowList(items, (a, b) => (numberOf.get(a) ?? 0) - (numberOf.get(b) ?? 0)),
    numbers: new Map(items.map((item, at) => [keyOf(item), at])),
    numberOf,
    nextNumber: items.length,
  }
}

/** The row of this key; undefined when the list has none. */
export function rowOfKey<T>(list: Keyed<T>, keyOf: (item: T) => string, key: string): T | undefined {
  const at = placeOfKey(list, keyOf, key)
  return at === undefined ? undefined : list.rows[at]
}

/** Binary search: an index of places would have to be rebuilt whenever a row leaves. */
function placeOfKey<T>(
  { rows, numbers }: Pick<Keyed<T>, 'rows' | 'numbers'>,
  keyOf: (item: T) => string,
  key: string,
): number | undefined {
  const number = numbers.get(key)
  if (number === undefined) return undefined
  return partitionPoint((row) => (numbers.get(keyOf(row)) ?? 0) < number, rows)
}

/** New samples after the known ones; those older than the span, and repetitions after a reconnect, are left out. */
export function appendSamples(current: readonly Sample[], added: readonly Sample[], full: boolean): readonly Sample[] {
  if (full) return added
  const last = current.at(-1)?.at ?? Number.NEGATIVE_INFINITY
  const fresh = added.filter((sample) => sample.at > last)
  const newest = fresh.at(-1)
  if (!newest) return current
  const from = current.findIndex((sample) => sample.at >= newest.at - SAMPLE_SPAN_MS)
  return from < 0 ? fresh : [...current.slice(from), ...fresh]
}

/** Where each part of a connection's live state lies in the query cache. */
export const liveKeys = {
  connection: (name: string) => ['live', name, 'connection'] as const,
  shards: (name: string) => ['live', name, 'shards'] as const,
  executions: (name: string) => ['live', name, 'executions'] as const,
  registrations: (name: string) => ['live', name, 'registrations'] as const,
  samples: (name: string) => ['live', name, 'samples'] as const,
  /** True from the first answer of the server on. */
  answered: (name: string) => ['live', name, 'answered'] as const,
}

export const executionKey = (execution: Execution): string => execution.key
const registrationKey = (registration: Registration): string => registration.key

/** What a delta, or a poll's reply, contains; absent fields keep their value. */
export type LiveUpdate = Partial<
  Pick<LiveDelta, 'connection' | 'shards' | 'executions' | 'registrations' | 'samples'>
> & {
  readonly full: boolean
}

/** Writes the update into the cache, touching only the parts that it changes. */
export function applyUpdate(client: QueryClient, name: string, update: LiveUpdate): void {
  const { full, connection, shards, executions, registrations, samples } = update
  if (connection) client.setQueryData<ConnectionState>(liveKeys.connection(name), connection)
  if (connection && hasAnswered(connection)) client.setQueryData<boolean>(liveKeys.answered(name), true)
  if (shards) client.setQueryData<readonly ShardState[]>(liveKeys.shards(name), shards)
  if (executions) {
    client.setQueryData<Keyed<Execution>>(liveKeys.executions(name), (current = emptyKeyed()) =>
      applyChange(current, executionKey, { full, ...executions }),
    )
  }
  if (registrations) {
    client.setQueryData<Keyed<Registration>>(liveKeys.registrations(name), (current = emptyKeyed()) =>
      applyChange(current, registrationKey, { full, ...registrations }),
    )
  }
  if (samples) {
    client.setQueryData<readonly Sample[]>(liveKeys.samples(name), (current = []) =>
      appendSamples(current, samples, full),
    )
  }
}
