import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.historyExecutions, async ({ runtime, params, query: { q, ...query } }) => {
  const { name, chronicle } = connectionNamed(runtime, params.connection)
  return chronicle.history.executions({ connection: name, ...query, ...(q && { filter: q }) })
})
