import { contract } from '@/lib/api/contract'
import { steadyMs } from '@/lib/model/clock'
import { route } from '@/lib/server/route'
import { VERSION } from '@/lib/server/version'

export const dynamic = 'force-dynamic'

export const GET = route(contract.health, async ({ runtime }) => ({
  status: 'ok',
  version: VERSION,
  history: runtime.chronicle.state.role,
  uptimeS: Math.floor((steadyMs() - runtime.steadyStart) / 1000),
}))
