import type { Execution, ExecutionDetail } from '@/lib/model/executions/execution'
import { isInFlight } from '@/lib/model/executions/execution-view'

/** How often the detail is asked again, ms: while it runs or ends, and while a shard may still tell what it did not. */
const RUNNING_MS = 1000
const MISSING_MS = 15_000

type RowState = Pick<Execution, 'outcome' | 'live' | 'origin'>
type DetailState = RowState & Pick<ExecutionDetail, 'silent' | 'withheld'>

/** What may still change of an execution that has ended. */
export const changingStateOf = ({ outcome, live, origin }: RowState): string => `${outcome} ${live} ${origin.kind}`

/**
 * False once everything is known: an ended execution does not change.
 * @param row its row of the list, which says when the server no longer holds it; undefined where the list does not have it
 */
export function askAgainMs(detail: DetailState | undefined, row: RowState | undefined): number | false {
  if (!detail?.live) return false
  const changed = row !== undefined && changingStateOf(row) !== changingStateOf(detail)
  if (changed || isInFlight(detail) || detail.outcome === 'unknown') return RUNNING_MS
  // Whatever else keeps results from being read stays as it is.
  const { why } = detail.withheld ?? {}
  return why === 'unanswered' || why === 'unfinished' || detail.silent.length > 0 ? MISSING_MS : false
}
