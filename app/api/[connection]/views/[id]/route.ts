import { contract } from '@/lib/api/contract'
import { changeView, deleteView, viewInWords, viewOf } from '@/lib/server/actions/views'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const PUT = route(contract.changeView, async ({ runtime, params, body, who, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  const before = viewOf(connection, params.id)
  audit({ target: before.name, before: viewInWords(before), after: viewInWords({ ...before, ...body }) })
  return changeView(connection, before, body, who)
})

export const DELETE = route(contract.deleteView, async ({ runtime, params, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  const before = viewOf(connection, params.id)
  audit({ target: before.name, before: viewInWords(before) })
  return deleteView(connection, before)
})
