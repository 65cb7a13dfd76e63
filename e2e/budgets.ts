import type { NavEntry } from '@/components/shell/nav'

/** Most that a page may transfer of scripts until nothing of it is loading any more, compressed, kB. Raise one only with the reason in the commit. */
export const SCRIPT_BUDGETS: Readonly<Record<NavEntry['slug'], number>> = {
  overview: 500,
  executions: 520,
  registrations: 405,
  trigger: 360,
  editor: 650,
  memory: 470,
  profiler: 515,
  cluster: 343,
  config: 340,
  environment: 344,
  activity: 348,
}

/** The same of the pages that belong to no connection. */
export const FLEET_BUDGETS: Readonly<Record<'/' | '/settings/connections', number>> = {
  '/': 345,
  '/settings/connections': 345,
}
