import 'server-only'
import type { HistoryNotice } from '@/lib/model/record/history-notice'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal } from '../errors'

const gone = (): ApiRefusal => new ApiRefusal('not_found', 'This notice was already acknowledged.')

/**
 * The unacknowledged notice of this number.
 * @throws ApiRefusal `not_found`
 */
export function noticeOf({ history }: ConnectionParts, id: string): HistoryNotice {
  const notice = history.state.notices?.find((each) => String(each.id) === id)
  if (!notice) throw gone()
  return notice
}

/** @throws ApiRefusal `not_found`; HistoryError `unusable` where it cannot be kept */
export async function acknowledgeNotice(
  { history, hub }: ConnectionParts,
  { id }: HistoryNotice,
  by: string | null,
): Promise<void> {
  if (!(await history.store.acknowledge(id, by))) throw gone()
  await hub.pollNow()
}
