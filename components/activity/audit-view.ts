import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { AUDIT_OUTCOMES, type AuditEntry } from '@/lib/model/record/audit'

/** One sentence over what is loaded. @param more there is older than that */
export function auditHeadline(entries: readonly Pick<AuditEntry, 'outcome'>[], more: boolean): string {
  if (entries.length === 0) return 'No actions through Gearboard yet.'
  const words = AUDIT_OUTCOMES.flatMap((outcome) => {
    const n = entries.filter((entry) => entry.outcome === outcome).length
    return n > 0 && outcome !== 'ok' ? [`${formatCount(n)} ${NOT_CARRIED_OUT[outcome]}`] : []
  })
  const all = more ? `The last ${plural(entries.length, 'action')}` : plural(entries.length, 'action')
  return `${all}: ${words.length > 0 ? words.join(', ') : 'all succeeded'}.`
}

const NOT_CARRIED_OUT: Readonly<Record<Exclude<AuditEntry['outcome'], 'ok'>, string>> = {
  failed: 'failed',
  partial: 'partly done',
  refused: 'refused',
}
