import type { ReceiverSetting } from '@/lib/api/contract/alerts'
import type { AlertRule } from '@/lib/model/alerts/rule'

/** For the audit log. */
export const ruleInWords = ({ id: _, ...rule }: AlertRule): string => JSON.stringify(rule)

/** For the audit log: without its secrets. */
export const receiverInWords = ({ definition, address, has }: ReceiverSetting): string =>
  JSON.stringify({ ...definition, address, ...(has.length > 0 && { secrets: has }) })
