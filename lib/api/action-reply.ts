import type { Outcome } from '@gearboard/gears/vocabulary/execution'

/** What an act reached: one, or all that share an id where the cluster knows it once. */
export interface Reached {
  readonly key: string
  readonly name: string
  /**
   * How an aborted execution ended. One that swallows the exception ends by itself, `ok` or `failed`; `unknown` while no shard reports it.
   */
  readonly outcome?: Outcome
}

/** `k of n` masters did it; the reply is an error of code `partial` when any did not. */
export interface ActionReply {
  readonly shards: readonly string[]
}

/** As `ActionReply`, of an act that names executions or registrations by an id. */
export interface TargetReply extends ActionReply {
  readonly reached: readonly Reached[]
}
