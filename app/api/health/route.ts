import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { VERSION } from '@/lib/server/version'

export const dynamic = 'force-dynamic'

export const GET = route(contract.health, async ({ runtime }) => ({
  status: 'ok',
  version: VERSION,
  history: runtime.chronicle.state.role,
  uptimeS: Math.floor((Date.now() - runtime.startedAt) / 1000),
}))
