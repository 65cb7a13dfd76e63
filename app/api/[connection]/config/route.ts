import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.config, async ({ runtime, params, query }) => {
  const asked = query.keys?.split(',').map((key) => key.trim()) ?? []
  return connectionNamed(runtime, params.connection).config(asked.filter((key) => key !== ''))
})
