import type { Execution, Outcome } from '@/lib/model/execution'
import { executionName, isInFlight } from '@/lib/model/execution-view'
import { formatCount, formatDuration, plural } from '@/lib/model/format'

export type OutcomeCounts = Readonly<Record<Outcome, number>>

export function countOutcomes(executions: readonly Execution[]): OutcomeCounts {
  const counts = { running: 0, waiting: 0, ok: 0, failed: 0, aborted: 0, unknown: 0 }
  for (const { outcome } of executions) counts[outcome]++
  return counts
}

/** `12 running, 3 waiting, 2 of 340 failed.` */
export function executionsHeadline(executions: readonly Execution[]): string {
  if (executions.length === 0) return 'No executions yet.'
  const { running, waiting, failed, aborted, unknown } = countOutcomes(executions)
  const parts = [
    running > 0 && `${formatCount(running)} running`,
    waiting > 0 && `${formatCount(waiting)} waiting`,
    failed > 0 && `${formatCount(failed)} of ${formatCount(executions.length)} failed`,
  ].filter((part) => part !== false)
  if (running + waiting === 0) parts.unshift('Nothing runs now')
  if (running + waiting + failed > 0) return `${parts.join(', ')}.`
  const rest = [
    aborted > 0 && `${formatCount(aborted)} aborted`,
    unknown > 0 && `${formatCount(unknown)} of unknown outcome`,
  ].filter((part) => part !== false)
  const all = plural(executions.length, 'execution')
  return rest.length > 0
    ? `Nothing runs now. ${all}: ${rest.join(', ')}, no failure.`
    : `Nothing runs now. ${all}, all ok.`
}

/** The one that has been in flight longest. */
export function longestInFlight(executions: readonly Execution[]): Execution | undefined {
  let longest: Execution | undefined
  for (const e of executions) if (isInFlight(e) && (!longest || e.firstSeen < longest.firstSeen)) longest = e
  return longest
}

/** `The longest has run for 4 min 12 s: nightly rollup.` `now`: our clock, ms. */
export function longestInWords(e: Execution, now: number): string {
  const since = formatDuration(Math.max(0, now - e.firstSeen))
  const name = executionName(e)
  return `The longest has ${e.outcome === 'waiting' ? 'waited' : 'run'} for ${e.precisionMs === null ? 'over ' : ''}${since}${name ? `: ${name}` : ''}.`
}
