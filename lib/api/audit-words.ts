import type { ApiRoute } from './endpoint'
import { routes } from './routes'

/** What a user did, by the name in the audit log: that of the endpoint, or of what Gearboard does by itself after a profiled run. */
export const ACTION_WORDS: ReadonlyMap<string, string> = new Map([
  ...Object.entries<ApiRoute>(routes).flatMap(([name, { action }]): readonly [string, string][] =>
    action === undefined ? [] : [[name, action]],
  ),
  ['restoreProfiling', 'Restore profiling'],
])

/** An action that a newer or older Gearboard recorded keeps its own name. */
export const actionWords = (action: string): string => ACTION_WORDS.get(action) ?? action
