import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { History } from '../history/history'
import type { Handlers } from '../http/route'
import { newestNotes } from '../release-notes'
import { VERSION } from '../version'

export const healthHandlers: Pick<Handlers, 'health' | 'about'> = {
  health: async ({ runtime }) => ({
    ...historyOf(runtime.history),
    version: VERSION,
    uptimeS: Math.floor((steadyMs() - runtime.steadyStart) / 1000),
  }),

  about: async () => ({
    version: VERSION,
    node: process.versions.node,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    // The build puts the text there: a server that runs from its image has no CHANGELOG.md beside it.
    news: newestNotes(process.env.GEARBOARD_CHANGELOG ?? ''),
  }),
}

/** A reader of another Gearboard's history is healthy: the writer reports its own health. */
function historyOf({ state: { role, reason }, isFailing: troubled }: History) {
  return { status: troubled ? 'degraded' : 'ok', history: role, historyProblem: troubled ? reason : null } as const
}
