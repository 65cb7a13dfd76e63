import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { ShardState } from '@/lib/model/cluster/shard'
import type { Execution } from '@/lib/model/executions/execution'
import { executionName, isHeardInFlight, shownDuration } from '@/lib/model/executions/execution-view'
import { type OutcomeCounts, totalOf } from '@/lib/model/executions/outcome-counts'
import { formatDuration } from '@/lib/model/text/format'

/** A shard answers but has not listed its executions yet. */
export const areUntold = (shards: readonly ShardState[] = []): boolean =>
  shards.some(({ state, executions }) => state === 'up' && executions === null)

/** `12 running, 3 waiting, 2 of 340 failed.` */
export function executionsHeadline(counts: OutcomeCounts, shards: readonly ShardState[] = []): string {
  const total = totalOf(counts)
  if (total === 0 && areUntold(shards)) return 'Loading executions…'
  if (total === 0) return 'No executions yet.'
  const { running, waiting, failed, aborted, unknown } = counts
  const parts = [
    running > 0 && `${formatCount(running)} running`,
    waiting > 0 && `${formatCount(waiting)} waiting`,
    failed > 0 && `${formatCount(failed)} of ${formatCount(total)} failed`,
  ].filter((part) => part !== false)
  if (running + waiting === 0) parts.unshift('Nothing is running')
  if (running + waiting + failed > 0) return `${parts.join(', ')}.`
  const rest = [
    aborted > 0 && `${formatCount(aborted)} aborted`,
    unknown > 0 && `${formatCount(unknown)} with unknown outcome`,
  ].filter((part) => part !== false)
  const all = plural(total, 'execution')
  return rest.length > 0
    ? `Nothing is running. ${all}: ${rest.join(', ')}, none failed.`
    : `Nothing is running. ${all}, all succeeded.`
}

/** `Longest run: 4 min 12 s, nightly rollup.` `now`: our clock, ms. */
export function longestInWords(e: Execution, now: number): string {
  const since = formatDuration(shownDuration(e, now)?.ms)
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
