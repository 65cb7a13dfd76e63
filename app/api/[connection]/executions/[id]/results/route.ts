import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.executionResults, async ({ runtime, params }) => ({
  results: await connectionNamed(runtime, params.connection).results(params.id),
}))
