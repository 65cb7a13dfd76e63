import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.historyStats, async ({ runtime, params }) =>
  connectionNamed(runtime, params.connection).history.store.stats(),
)
