import type { NavEntry } from '@/components/shell/nav'

/** Most that a page may transfer of scripts until its headline is there, compressed, kB. Raise one only with the reason in the commit. */
export const SCRIPT_BUDGETS: Readonly<Record<NavEntry['slug'], number>> = {
  overview: 520,
  executions: 520,
  registrations: 420,
  trigger: 370,
  editor: 660,
  memory: 460,
  profiler: 500,
  cluster: 340,
  config: 350,
  environment: 340,
  activity: 340,
}
