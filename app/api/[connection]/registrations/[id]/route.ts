import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.registration, async ({ runtime, params }) => {
  const connection = connectionNamed(runtime, params.connection)
  await connection.known()
  return connection.registration(params.id)
})

export const DELETE = route(contract.unregister, async ({ runtime, params, query, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  audit({
    before: await connection.registrationsInWords(params.id),
    after: query.abortPending ? 'with its pending runs aborted' : null,
  })
  return connection.unregister(params.id, query.seen, query.abortPending)
})
