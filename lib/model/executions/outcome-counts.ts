import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import type { Derivation } from '../list/row-list'
import type { Execution } from './execution'

export type OutcomeCounts = Readonly<Record<Outcome, number>>

export const NO_OUTCOMES: OutcomeCounts = { running: 0, waiting: 0, ok: 0, failed: 0, aborted: 0, unknown: 0 }

/** How many executions have each outcome. */
export const outcomeCounts: Derivation<Pick<Execution, 'outcome'>, OutcomeCounts> = {
  start: (rows) => counted(NO_OUTCOMES, rows, 1),
  step: (counts, { left, came }) => counted(counted(counts, left, -1), came, 1),
}

function counted(before: OutcomeCounts, rows: readonly Pick<Execution, 'outcome'>[], by: 1 | -1): OutcomeCounts {
  const counts = { ...before }
  for (const { outcome } of rows) counts[outcome] += by
  return counts
}

export const totalOf = (counts: OutcomeCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)
