import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.resumeRegistration, async ({ runtime, params, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  await connection.known()
  const { name, status } = await connection.registration(params.id)
  audit({ before: `${name}: ${status ?? 'no status'}` })
  return connection.resume(params.id)
})
