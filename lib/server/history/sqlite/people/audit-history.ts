import type { AuditHistory } from '@/lib/server/history/store'
import type { StoreAccess } from '../store-access'
import { readAudit } from './audit'

export const auditIn = (access: StoreAccess): AuditHistory => ({
  record: (entry) => access.act((writer) => writer.recordAudit(entry)),
  page: (query) => access.read((reading) => readAudit(reading, query)),
})
