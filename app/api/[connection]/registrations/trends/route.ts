import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.registrationTrends, async ({ runtime, params }) => {
  const connection = connectionNamed(runtime, params.connection)
  await connection.known()
  return { trends: connection.hub.trends() }
})
