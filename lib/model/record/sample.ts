import type { PythonStats } from '@gearboard/gears/vocabulary/environment'
import type { EndCounts } from '../executions/outcome-counts'

/** One poll's figures, for charts. A value that no shard gave is null, never 0; sums are null when a shard is silent. */
export interface Sample {
  /** Our clock, ms since the epoch. */
  readonly at: number
  readonly running: number | null
  readonly waiting: number | null
  /** Executions whose end was seen since the sample before, by outcome. */
  readonly ended: EndCounts
  /** Executions that had ended before Gearboard first looked, and were found since the sample before. Absent: none. */
  readonly unseen?: EndCounts
  /** Since the sample before, from the registrations' counters; null when they went back or a shard is silent. */
  readonly triggered: number | null
  readonly failures: number | null
  /** By shard key; null for a silent shard. */
  readonly memory: Readonly<Record<string, PythonStats | null>>
}
