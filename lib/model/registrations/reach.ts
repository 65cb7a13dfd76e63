import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import type { ShardState } from '../cluster/shard'

type IdGivingShards = readonly Pick<ShardState, 'key' | 'gearsId'>[]

/** What one command affects: its target, and whatever shares its id. */
export type Reach<T> = readonly [T, ...T[]]

/** An execution or a registration, as a command names it. */
interface ListedObject {
  readonly key: string
  readonly id: string
}

/**
 * All that RG.UNREGISTER, PAUSE, UNPAUSE or ABORTEXECUTION with this one's id would hit. Before RG.REFRESHCLUSTER each shard of a cluster assigns the same ids, of forty zeros, and forwards no command. A shard that knows its cluster passes the command on, by the id:
 * whatever has that id on any shard is affected too, and on a shard that does not know its cluster yet, as soon as it does (measured on 1.2.13).
 * RG.DROPEXECUTION hits the shard's own alone: one with such an id ran there alone.
 * @param all those that are there now
 */
export function reachOf<T extends ListedObject>(one: T, all: Iterable<T>, shards: IdGivingShards): Reach<T> {
  if (one.key === one.id || !passesOn(one, shards)) return [one]
  const others: T[] = []
  for (const each of all) if (each.id === one.id && each.key !== one.key) others.push(each)
  return [one, ...others]
}

/** Whether its shard knows its cluster, or may. */
function passesOn({ key, id }: ListedObject, shards: IdGivingShards): boolean {
  const own = key.slice(id.length + 1)
  return shards.find((shard) => shard.key === own)?.gearsId !== NO_SHARD
}

/** What commands for each of `chosen` affect: one reach for all that share an id. */
export function reachesOf<T extends ListedObject>(
  chosen: readonly T[],
  all: Iterable<T>,
  shards: IdGivingShards,
): readonly Reach<T>[] {
  const reached = new Set<string>()
  return chosen.flatMap((one) => {
    if (reached.has(one.key)) return []
    const reach = reachOf(one, all, shards)
    for (const { key } of reach) reached.add(key)
    return [reach]
  })
}

export interface SeenObject extends ListedObject {
  readonly identity: string | null
}

interface ReachWords<T> {
  /** `registration`. */
  readonly noun: string
  readonly nameOf: (each: T) => string
  /** Why the action does not apply to it now. */
  readonly blocked: (now: T) => string | undefined
}

/** Why an action chosen for what was `seen` must not run now; undefined if it may. @param now what has the key now */
export function lostReason<T extends SeenObject>(
  seen: T,
  now: T | undefined,
  { noun, nameOf, blocked }: ReachWords<T>,
): string | undefined {
  if (!now) return `${nameOf(seen)} is gone.`
  if (now.identity !== seen.identity)
    return `The id of ${nameOf(seen)} now belongs to another ${noun}: ${nameOf(now)}. Ids start over when a server restarts.`
  return blocked(now)
}

/** Which of the chosen actions may still run, and why the others may not, each reason once. @param now what has a key now */
export function standing<T extends SeenObject>(
  reaches: readonly Reach<T>[],
  now: (key: string) => T | undefined,
  words: ReachWords<T>,
): { readonly items: readonly Reach<T>[]; readonly lost: readonly string[] } {
  const reasons = new Set<string>()
  const items = reaches.filter((reach) => {
    const lost = reach.flatMap((each) => lostReason(each, now(each.key), words) ?? [])
    for (const reason of lost) reasons.add(reason)
    return lost.length === 0
  })
  return { items, lost: [...reasons] }
}
