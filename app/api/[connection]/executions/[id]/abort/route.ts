import { contract } from '@/lib/api/contract'
import { endedByItself } from '@/lib/model/executions/execution-view'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.abortExecution, async ({ runtime, params, query, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  audit({ before: await connection.executionsInWords(params.id) })
  const reply = await connection.abort(params.id, query.seen, query.override)
  audit({ after: endedByItself(reply.reached) ?? null })
  return reply
})
