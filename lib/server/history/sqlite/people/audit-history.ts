import type { AuditChainCheck } from '@/lib/model/record/audit-chain'
import type { AuditHistory } from '@/lib/server/history/store'
import type { StoreAccess } from '../store-access'
import { readAudit } from './audit'
import { type ChainKey, verifyChain } from './audit-chain'

export function auditIn(access: StoreAccess, key: ChainKey): AuditHistory {
  let checking: Promise<AuditChainCheck> | undefined
  return {
    record: (entry) => access.act((writer) => writer.recordAudit(entry)),
    page: (query) => access.read((reading) => readAudit(reading, query)),
    verify: () => {
      checking ??= access
        .readInSteps((reading) => verifyChain(reading, key))
        .finally(() => {
          checking = undefined
        })
      return checking
    },
  }
}
