import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { contract } from '@/lib/api/contract'
import type { History } from '@/lib/server/history/history'
import { route } from '@/lib/server/route'
import { VERSION } from '@/lib/server/version'

export const dynamic = 'force-dynamic'

export const GET = route(contract.health, async ({ runtime }) => ({
  ...historyOf(runtime.history),
  version: VERSION,
  uptimeS: Math.floor((steadyMs() - runtime.steadyStart) / 1000),
}))

/** One that only reads what another Gearboard writes is well: that one says how it does. */
function historyOf({ state: { role, reason }, troubled }: History) {
  return { status: troubled ? 'degraded' : 'ok', history: role, historyProblem: troubled ? reason : null } as const
}
