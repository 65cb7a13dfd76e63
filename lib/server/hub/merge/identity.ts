import { createHash } from 'node:crypto'
import { GearsId, NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'

/**
 * Distinguishes an execution or a registration from another with the same id. Ids start over when the shard that hands them out restarts,
 * so the first part is that shard's epoch, INFO's `run_id`. Made of what the server says alone: another Gearboard, and this one after a
 * restart, name it alike.
 */

const EPOCH_CHARS = 12

/** Within an epoch an execution's id is unique. @param since our clock, ms, where the run id may not be read: then we alone know it by this name */
export const executionIdentity = (runId: string | null, since: number): string =>
  runId === null ? `since-${since}` : runId.slice(0, EPOCH_CHARS)

/** @param views the identity that each shard reports for it: more than one where they disagree */
export function registrationIdentity(runId: string | null, views: readonly ShardRegistration[]): string {
  const described = [...new Set(views.map(describe))].sort().join('\n')
  const hash = createHash('sha256').update(described).digest('hex').slice(0, EPOCH_CHARS)
  return `${runId === null ? 'unknown' : runId.slice(0, EPOCH_CHARS)}-${hash}`
}

/** What never changes while a registration lives. 1.0 reports no session, and fewer of its arguments. */
const describe = ({ id, reader, description, mode, args, privateData }: ShardRegistration): string =>
  JSON.stringify([id, reader, description, mode, args, privateData?.session ?? null])

/**
 * The shard that handed out an id: the one that it names, where that is a master; else the first that holds it.
 * @param holders keys of the shards that have it, in a fixed order
 */
export function issuerOf(id: string, shards: Iterable<string>, holders: readonly string[]): string | undefined {
  const named = GearsId.parse(id)?.shard
  if (named !== undefined && named !== NO_SHARD) for (const shard of shards) if (shard === named) return shard
  return holders[0]
}
