import { type Execution, isOver } from './execution'
import type { RememberedExecution } from './history'

/** On record as running, and no longer held by anybody: nobody saw how it ended. */
export const asRemembered = <T extends Pick<Execution, 'outcome'>>(row: T): T =>
  isOver(row.outcome) || row.outcome === 'unknown' ? row : { ...row, outcome: 'unknown' }

/**
 * One list over what is held and what is on record. The record of one that is held is left out; that of an earlier execution under its key
 * stays, told apart by its epoch.
 */
export function withRemembered(
  held: readonly Execution[],
  remembered: readonly RememberedExecution[],
): readonly Execution[] {
  if (remembered.length === 0) return held
  const recorded = new Set(remembered.map(({ key }) => key))
  const heldSince = new Map<string, number>()
  for (const { key, firstSeen } of held) if (recorded.has(key)) heldSince.set(key, firstSeen)
  const others = remembered.filter(({ key, lastSeen }) => lastSeen < (heldSince.get(key) ?? Number.POSITIVE_INFINITY))
  return [...held, ...others.map(asRemembered)]
}

/** Which of the executions under its key; undefined for one that is held. */
export const epochOf = (row: Execution): number | undefined =>
  'epoch' in row && typeof row.epoch === 'number' ? row.epoch : undefined

/** Unique in a list over held and remembered ones. */
export function rowKeyOf(row: Execution): string {
  const epoch = epochOf(row)
  return epoch === undefined ? row.key : `${row.key} ${epoch}`
}
