import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.execution, async ({ runtime, params }) => {
  const connection = connectionNamed(runtime, params.connection)
  await connection.known()
  return connection.execution(params.id)
})

export const DELETE = route(contract.dropExecution, async ({ runtime, params }) =>
  connectionNamed(runtime, params.connection).drop(params.id),
)
