import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const PUT = route(contract.setConfig, async ({ runtime, params, body }) => ({
  shards: await connectionNamed(runtime, params.connection).setConfig(params.key, body),
}))
