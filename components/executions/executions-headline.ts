import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { ShardState } from '@/lib/model/cluster/shard'
import type { Execution } from '@/lib/model/executions/execution'
import { executionName, isHeardInFlight, shownDuration } from '@/lib/model/executions/execution-view'
import type { EndCounts, OutcomeCounts } from '@/lib/model/executions/outcome-counts'
import { outcomesInWords } from '@/lib/model/findings/overview-answer'
import { formatDuration } from '@/lib/model/text/format'

/** A shard answers but has not listed its executions yet. */
export const areExecutionsUnlisted = (shards: readonly ShardState[] = []): boolean =>
  shards.some(({ state, executions }) => state === 'up' && executions === null)

interface HeadlineFigures {
  /** What the range counts; `ended` is undefined where none of it was watched, `unseen` had ended before Gearboard first looked. */
  readonly ended: Parameters<typeof outcomesInWords>[0]
  readonly sentence: string
  readonly unseen: EndCounts
  /** The range ends now. */
  readonly live: boolean
  /** Nothing is listed, and nothing was found in history. */
  readonly none: boolean
  readonly shards: readonly ShardState[] | undefined
}

/** `33 of 3,427 failed in the last 15 min.` */
export function executionsHeadline({ ended, unseen, sentence, live, none, shards }: HeadlineFigures): string {
  if (none && live && !ended?.all) return areExecutionsUnlisted(shards) ? 'Loading executions…' : 'No executions yet.'
  return outcomesInWords(ended, sentence, unseen, '')
}

/** `12 running, 3 waiting.` */
export function inFlightInWords({ running, waiting }: Pick<OutcomeCounts, 'running' | 'waiting'>): string {
  const parts = [running > 0 && `${formatCount(running)} running`, waiting > 0 && `${formatCount(waiting)} waiting`]
  const known = parts.filter((part) => part !== false)
  return known.length > 0 ? `${known.join(', ')}.` : 'None running.'
}

/** Below a second the time since the poll that saw it first says little, ms. */
const LEAST_RUN_MS = 1000

/** `Longest run: 4 min 12 s, nightly rollup.`; null while that is no time. `now`: our clock, ms. */
export function longestInWords(e: Execution, now: number): string | null {
  const ms = shownDuration(e, now)?.ms ?? 0
  if (ms < LEAST_RUN_MS) return null
  const since = formatDuration(ms)
  const name = executionName(e)
  return `Longest ${e.outcome === 'waiting' ? 'wait' : 'run'}: ${e.precisionMs === null ? 'over ' : ''}${since}${name ? `, ${name}` : ''}.`
}

/** How many of those in flight are on shards that do not answer; null if none. */
export function unheardInWords(inFlight: readonly Execution[]): string | null {
  const unheard = inFlight.filter((e) => !isHeardInFlight(e)).length
  if (unheard === 0) return null
  return unheard === 1
    ? '1 in flight is not up to date: its shard does not answer.'
    : `${formatCount(unheard)} in flight are not up to date: their shards do not answer.`
}
