import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.resumeRegistration, async ({ runtime, params, query, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  await connection.known()
  audit({ before: await connection.registrationsInWords(params.id) })
  return connection.resume(params.id, query.seen, query.override)
})
