import { z } from 'zod'
import type { ShardState } from '@/lib/model/cluster/shard'

export const since = z.object({
  /** The version of the last answer: only what changed since is sent. A version that is too old gets everything (`full`). */
  since: z.coerce.number().int().nonnegative().optional(),
})

/** What changed since `since`, or everything where `full`. `removed` holds keys of executions, ids of registrations. */
export interface Changes {
  readonly version: number
  readonly full: boolean
  readonly removed: readonly string[]
  readonly shards: readonly ShardState[]
}
