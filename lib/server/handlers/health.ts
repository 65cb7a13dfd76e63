import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { History } from '../history/history'
import type { Handlers } from '../http/route'
import { VERSION } from '../version'

export const healthHandlers: Pick<Handlers, 'health'> = {
  health: async ({ runtime }) => ({
    ...historyOf(runtime.history),
    version: VERSION,
    uptimeS: Math.floor((steadyMs() - runtime.steadyStart) / 1000),
  }),
}

/** A reader of another Gearboard's history is healthy: the writer reports its own health. */
function historyOf({ state: { role, reason }, isFailing: troubled }: History) {
  return { status: troubled ? 'degraded' : 'ok', history: role, historyProblem: troubled ? reason : null } as const
}
