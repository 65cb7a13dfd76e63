import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.memoryGrowth, async ({ runtime, params, query }) => {
  const { name, history } = connectionNamed(runtime, params.connection)
  return history.store.growth({ connection: name, ...query })
})
