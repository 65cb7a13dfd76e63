import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import { refusalOf } from '@gearboard/gears/vocabulary/server-refusal'
import type { Replica, ShardRef, SlotRange } from '@gearboard/gears/vocabulary/shard'

/** A shard of the embedded RedisGears ended by itself and was started again: what it had in memory is lost. */
export interface ShardRestart {
  /** The server's clock, ms since the epoch. */
  readonly at: number
  /** Its words. */
  readonly reason: string
}

/** One shard and how fresh what we know of it is. */
export interface ShardState extends ShardRef {
  /** Forty zeros outside cluster mode and before RG.REFRESHCLUSTER: the prefix of the ids that it hands out. Null until reported. */
  readonly gearsId: string | null
  readonly slots: readonly SlotRange[]
  /** `silent`: the last poll brought nothing, what is shown of it dates from `answeredAt`. `unasked`: its first poll has not ended. */
  readonly state: 'up' | 'silent' | 'unasked'
  /** Why it is silent. */
  readonly error?: ErrorBody
  /** Our clock, ms since the epoch, of its last good answer; null if it never answered. */
  readonly answeredAt: number | null
  /** Round trip of the last good poll, without what is costly, ms. */
  readonly latencyMs: number | null
  readonly gearsVersion: string | null
  readonly redisVersion: string | null
  /** As last reported, where it reported one. */
  readonly restart?: ShardRestart
  readonly executions: number | null
  readonly registrations: number | null
  readonly usedMemory: number | null
  /** Whether it removes keys to make room: it has a `maxmemory`, and a policy other than noeviction. Null until reported. */
  readonly evicts: boolean | null
  /** What it says it is: a master of the slot map may have become a replica meanwhile. Null where it may not be asked. */
  readonly role: 'master' | 'replica' | null
  readonly replicas: readonly Replica[]
  /** How many servers answered at its address side by side, if more than one: the values shown are those of the one that answered last. */
  readonly servers?: number
  /** Absent: nothing takes it long. */
  readonly costly?: readonly CostlyAnswer[]
}

/** What takes a shard long to tell. It is asked seldom, so that it takes a small part of the shard's time. */
export interface CostlyAnswer {
  /** As an operator knows it: `RG.DUMPREGISTRATIONS`. */
  readonly command: string
  /** What the server works on an answer, ms. */
  readonly costMs: number
  /** From one question to the next, ms. */
  readonly everyMs: number
  /** Our clock, ms: when what is shown of it was asked for; null: it was never answered. */
  readonly toldAt: number | null
  /** Why the last question was not answered. */
  readonly error?: ErrorBody
}

/** As `CostlyAnswer`, of what pages ask for. */
export interface ShardCostly extends CostlyAnswer {
  /** The key of the shard that it takes long. */
  readonly shard: string
  /** How much the answer lists; null where it is an error. */
  readonly lists: number | null
}

/** How old an answer is that all who ask share. */
export interface ReadAge {
  /** Our clock, ms: when the oldest part of it was asked for; null where no shard is known. */
  readonly readAt: number | null
  /** What makes it older than pages ask: empty where it is of the moment. */
  readonly costly: readonly ShardCostly[]
}

/** It is there and answers, but not what was asked: it refused, has no RedisGears, or cannot be understood. */
export const answersOtherwise = ({ error }: Pick<ShardState, 'error'>): boolean =>
  error !== undefined && (error.code === 'module_missing' || refusalOf(error) !== undefined)

/** The slot map that the shards are known by cannot be read again, though some of them answer: what changed since is not seen. */
export interface OldSlotMap {
  /** Our clock, ms: when it was last read. */
  readonly readAt: number
  /** Why not since. */
  readonly error: ErrorBody
}

/** `k of n`: how many of the masters an answer covers. */
export interface Coverage {
  readonly answered: number
  readonly of: number
}
