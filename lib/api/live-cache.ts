import type { QueryClient } from '@tanstack/react-query'
import type { ConnectionState } from '@/lib/model/connection'
import type { Execution } from '@/lib/model/execution'
import type { Registration } from '@/lib/model/registration'
import type { Sample } from '@/lib/model/sample'
import type { ShardState } from '@/lib/model/shard'
import type { LiveDelta } from './contract'

/** Samples kept by the server, ms: what charts can show. */
export const SAMPLE_SPAN_MS = 15 * 60_000

/**
 * An immutable list with an index that travels with its newest version: 100,000 rows cost one flat copy a delta, not a rebuilt map.
 * Only the newest version may be changed further.
 */
export interface Keyed<T> {
  readonly list: readonly T[]
  readonly index: Map<string, number>
}

export const emptyKeyed = <T>(): Keyed<T> => ({ list: [], index: new Map() })

export interface KeyedChange<T> {
  readonly full: boolean
  readonly upserts: readonly T[]
  readonly removed: readonly string[]
}

/** The list after removals, then upserts. The same object when nothing changed, so that nobody renders again. */
export function applyChange<T>(current: Keyed<T>, keyOf: (item: T) => string, change: KeyedChange<T>): Keyed<T> {
  if (change.full) return { list: change.upserts, index: indexOf(change.upserts, keyOf) }
  const gone = new Set(change.removed.filter((key) => current.index.has(key)))
  if (gone.size === 0 && change.upserts.length === 0) return current
  const kept = gone.size === 0 ? current.list : current.list.filter((item) => !gone.has(keyOf(item)))
  const index = gone.size === 0 ? current.index : indexOf(kept, keyOf)
  const list = kept.slice()
  for (const item of change.upserts) {
    const key = keyOf(item)
    const at = index.get(key)
    if (at !== undefined) list[at] = item
    else index.set(key, list.push(item) - 1)
  }
  return { list, index }
}

const indexOf = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> =>
  new Map(items.map((item, at) => [keyOf(item), at]))

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
}

const executionKey = (execution: Execution): string => execution.key
const registrationKey = (registration: Registration): string => registration.key

/** What a delta, or a poll's answer, tells; what is absent stays. */
export type LiveUpdate = Partial<
  Pick<LiveDelta, 'connection' | 'shards' | 'executions' | 'registrations' | 'samples'>
> & {
  readonly full: boolean
}

/** Writes the update into the cache, touching only the parts that it changes. */
export function applyUpdate(client: QueryClient, name: string, update: LiveUpdate): void {
  const { full, connection, shards, executions, registrations, samples } = update
  if (connection) client.setQueryData<ConnectionState>(liveKeys.connection(name), connection)
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
