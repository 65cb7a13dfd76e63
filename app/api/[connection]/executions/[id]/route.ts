import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.execution, async ({ runtime, params, query }) =>
  connectionNamed(runtime, params.connection).execution(params.id, query.epoch),
)

export const DELETE = route(contract.dropExecution, async ({ runtime, params, query, who, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  audit({ before: await connection.executionsInWords(params.id) })
  return connection.drop(params.id, query.seen, who)
})
