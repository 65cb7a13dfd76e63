import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { AuditEntry } from '@/lib/model/record/audit'
import type { History } from '../history/history'

interface AuditedConnection {
  readonly name: string
  readonly history: Pick<History, 'recordAudit'>
}

/** What Gearboard did by itself on a connection, with no user and no address behind it. */
type OwnAction = Pick<AuditEntry, 'who' | 'action' | 'target' | 'before' | 'after' | 'outcome' | 'error' | 'links'>

/** Puts it into the audit log. Resolves when it is on the disk. */
export const recordOwnAction = ({ name, history }: AuditedConnection, action: OwnAction): Promise<void> =>
  history.recordAudit({ at: wallMs(), connection: name, ip: null, ...action })
