import type { AuditEntry } from '../record/audit'
import type { Execution } from './execution'

type ActedOn = Pick<Execution, 'id' | 'key' | 'firstSeen' | 'gone'>

/** An entry is written once its action has ended: that of a drop after the execution was seen to be gone, ms. */
const WRITTEN_LATER_MS = 10_000

/** When somebody may have acted on this execution: ids start over when a server restarts, so that others had or will have its id. */
export const actionsSpan = ({ firstSeen, gone }: Pick<ActedOn, 'firstSeen' | 'gone'>) => ({
  from: Math.floor(firstSeen),
  to: gone ? Math.ceil(gone.at) + WRITTEN_LATER_MS : null,
})

/** Whether one of these entries is an action on this execution: it was aborted or dropped through Gearboard, say, or somebody tried to. */
export function wasActedOn(entries: readonly Pick<AuditEntry, 'at' | 'target'>[], execution: ActedOn): boolean {
  const { from, to } = actionsSpan(execution)
  return entries.some(
    ({ at, target }) =>
      (target === execution.id || target === execution.key) && at >= from && (to === null || at <= to),
  )
}
