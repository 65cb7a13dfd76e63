import { contract } from '@/lib/api/contract'
import { acknowledgeNotice, noticeOf } from '@/lib/server/actions/notices'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const DELETE = route(contract.acknowledgeNotice, async ({ runtime, params, who, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  const notice = noticeOf(connection, params.id)
  audit({ target: params.id, before: notice.what })
  await acknowledgeNotice(connection, notice, who)
  return notice
})
