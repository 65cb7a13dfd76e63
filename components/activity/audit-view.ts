import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { AUDIT_OUTCOMES, type AuditEntry } from '@/lib/model/record/audit'

/** One sentence over what is loaded. @param more there is older than that. @param filtered not all actions are asked for */
export function auditHeadline(
  entries: readonly Pick<AuditEntry, 'outcome'>[],
  more: boolean,
  filtered = false,
): string {
  if (entries.length === 0) return filtered ? 'No action matches these filters.' : 'No actions through Gearboard yet.'
  const words = AUDIT_OUTCOMES.flatMap((outcome) => {
    const n = entries.filter((entry) => entry.outcome === outcome).length
    return n > 0 && outcome !== 'ok' ? [`${formatCount(n)} ${NOT_CARRIED_OUT[outcome]}`] : []
  })
  const found = plural(entries.length, filtered ? 'matching action' : 'action')
  const all = more ? `The last ${found}` : found
  return `${all}: ${words.length > 0 ? words.join(', ') : 'all succeeded'}.`
}

const NOT_CARRIED_OUT: Readonly<Record<Exclude<AuditEntry['outcome'], 'ok'>, string>> = {
  failed: 'failed',
  partial: 'partly done',
  refused: 'refused',
}
