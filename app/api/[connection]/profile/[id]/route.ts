import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.sessionProfile, async ({ runtime, params }) => ({
  shards: await connectionNamed(runtime, params.connection).sessionProfile(params.id),
}))

export const DELETE = route(contract.resetProfile, async ({ runtime, params }) =>
  connectionNamed(runtime, params.connection).resetProfile(params.id),
)
