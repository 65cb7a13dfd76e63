import type { RunCount } from './health'

/** An error that was seen. RedisGears forgets it with the next success (protocol 3.6). */
export interface SeenError {
  /** Our clock, ms; null: it was there before Gearboard looked. */
  readonly at: number | null
  readonly text: string
}

/**
 * What Gearboard saw of a registration over time: RedisGears reports counters and a last error, but no moments. Times are our clock, ms.
 */
export interface RegistrationObservation {
  /** Since when it has its health, as far as its runs show that; null: no run was seen. */
  readonly healthSince: number | null
  /** Finished runs of the last 15 min, as far as they were seen, and of those the latest (`health.ts`). */
  readonly recent: RunCount
  /** Since when its runs are known, by Gearboard's polls or its history: our clock, ms; null before the first poll. */
  readonly recentSince: number | null
  readonly latest: RunCount
  /** Share of failures among the recent ones, in whole percent that do not waver. */
  readonly percent: number
  /** The last of which the text was seen; null: none was. A later failure may have followed, whose text a success had cleared. */
  readonly lastError: SeenError | null
  /** Since when its last finished runs failed; null while they do not. */
  readonly failingSince: number | null
  /** It failed already when Gearboard first knew of it: it may fail for longer. */
  readonly failingForLonger: boolean
  /**
   * Failed runs since the last success that was seen, summed over the shards where it fails now; null where it failed on one of them before
   * Gearboard polled, so that they were not counted.
   */
  readonly failedInRow: number | null
  /** When its failures were last seen to grow. */
  readonly failedAt: number | null
  /** When it was last seen to be triggered; null: not while Gearboard looked. */
  readonly triggeredAt: number | null
  /**
   * The usual time between two polls that saw it triggered, and the longest of the recent ones, ms; null until it was seen often enough.
   */
  readonly rhythm: { readonly usualMs: number; readonly longestMs: number } | null
  /** When a counter of a shard last went back: reload, or cleared statistics (protocol 3.6). */
  readonly wentBackAt: number | null
  /** That was when the statistics were cleared through this Gearboard. */
  readonly wentBackByUs: boolean
  /** Triggered although every shard had said PAUSED for a while. */
  readonly triggeredWhilePaused: number
}
