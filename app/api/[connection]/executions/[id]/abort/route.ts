import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.abortExecution, async ({ runtime, params, query, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  audit({ before: await connection.executionsInWords(params.id) })
  return connection.abort(params.id, query.seen)
})
