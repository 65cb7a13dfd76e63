import { formatCount, formatDuration, plural } from '@/lib/model/format'
import type { Profile } from '@/lib/model/profile'

/** The slowest function, or that nothing was timed yet. */
export function profilerHeadline(switches: readonly (boolean | null)[], profile: Profile | undefined): string {
  const slowest = profile?.functions[0]
  if (slowest) {
    const who = slowest.name ?? 'Executions of unknown functions'
    return `${who} ${slowest.name === null ? 'take' : 'takes'} up to ${formatDuration(slowest.p95)} in 95 of 100 runs.`
  }
  return switches.some((each) => each === true)
    ? 'No execution was timed yet.'
    : 'Profiling is off, and no execution was timed yet.'
}

export function profilerSecond(switches: readonly (boolean | null)[], profile: Profile): string {
  const on = switches.filter((each) => each === true).length
  const where = switches.length === 1 ? '' : ` on ${formatCount(on)} of ${plural(switches.length, 'shard')}`
  const state = on === 0 ? 'ProfileExecutions is off' : `ProfileExecutions is on${where}`
  return `${state}; of ${plural(profile.executions, 'finished execution')} that are still known, ${formatCount(profile.profiled)} had their steps timed.`
}
