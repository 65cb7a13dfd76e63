import { isOver } from '@gearboard/gears/vocabulary/execution'
import { groupBy } from '../list/group-by'
import { type Compare, type Derivation, filtered, patched, type RowList, rowList, stepped } from '../list/row-list'
import type { RememberedExecution } from '../record/history'
import type { Execution } from './execution'
import { isInFlight } from './execution-view'

/** In history as running, and no longer listed: its end was not seen. */
export const asRemembered = <T extends Pick<Execution, 'outcome'>>(row: T): T =>
  isOver(row.outcome) || row.outcome === 'unknown' ? row : { ...row, outcome: 'unknown' }

/** Which of the executions under its key; undefined for one that is held. */
export const epochOf = (row: Execution): number | undefined =>
  'epoch' in row && typeof row.epoch === 'number' ? row.epoch : undefined

/** Unique in a list over held and remembered ones. Another one under the same id is another row: a selection does not pass over to it. */
export function rowKeyOf(row: Execution): string {
  return `${row.key} ${epochOf(row) ?? row.identity ?? ''}`
}

/** The order of the list: as they were first seen; of those seen at once the lower number first. */
export const byStart: Compare<Execution> = (a, b) =>
  a.firstSeen - b.firstSeen ||
  a.key.length - b.key.length ||
  (a.key < b.key ? -1 : a.key > b.key ? 1 : (epochOf(a) ?? HELD) - (epochOf(b) ?? HELD))

/** The one that is held comes after all of the same key in history. */
const HELD = Number.MAX_SAFE_INTEGER

/**
 * One list over held executions and history, in the order of `byStart`. The history of a held execution is left out; that of an earlier
 * execution under its key stays, distinguished by its epoch.
 */
export function withRemembered(remembered: readonly RememberedExecution[]): Derivation<Execution, RowList<Execution>> {
  const records = groupBy(remembered.map(asRemembered), ({ key }) => key)
  // Those of a key that are not of the execution held since then; all where none is held.
  const shown = (key: string, heldSince = Number.POSITIVE_INFINITY): readonly RememberedExecution[] =>
    (records.get(key) ?? []).filter(({ lastSeen }) => lastSeen < heldSince)
  return {
    start: (held) => {
      const since = new Map(records.size === 0 ? [] : sinceByKey(held))
      const others = [...records.keys()].flatMap((key) => shown(key, since.get(key)))
      return rowList([...held, ...others].sort(byStart), byStart)
    },
    step: (list, { left, came }) => {
      const before = new Map(sinceByKey(left))
      const after = new Map(sinceByKey(came))
      const touched = [...new Set([...before.keys(), ...after.keys()])].filter((key) => records.has(key))
      const step = {
        left: [...left, ...touched.flatMap((key) => shown(key, before.get(key)))],
        came: [...came, ...touched.flatMap((key) => shown(key, after.get(key)))],
      }
      return stepped(list, step, patched(list.rows, step, byStart))
    },
  }
}

const sinceByKey = (rows: readonly Execution[]): (readonly [string, number])[] =>
  rows.map(({ key, firstSeen }) => [key, firstSeen])

/** Those in flight: the first is the one that has been so for longest. */
export const inFlight: Derivation<Execution, RowList<Execution>> = filtered(isInFlight, byStart)
