import { formatCount, formatDuration, plural } from '@/lib/model/format'
import type { Profile } from '@/lib/model/profile'

/** The slowest function, whether or not its name is known; or that nothing was timed yet. */
export function profilerHeadline(switches: readonly (boolean | null)[], profile: Profile | undefined): string {
  const [slowest] = profile?.functions ?? []
  if (!slowest)
    return switches.some((each) => each === true)
      ? 'No execution was timed yet.'
      : 'Profiling is off, and no execution was timed yet.'
  const words = (name: string, { p95 }: { readonly p95: number }) =>
    `${name} takes up to ${formatDuration(p95)} in 95 of 100 runs`
  if (slowest.name !== null) return `${words(slowest.name, slowest)}.`
  const named = profile?.functions.find(({ name }) => name !== null)
  const unknown = `Executions of unknown functions take up to ${formatDuration(slowest.p95)} in 95 of 100 runs`
  return named?.name ? `${unknown}; of those with a name, ${words(named.name, named)}.` : `${unknown}.`
}

export function profilerSecond(switches: readonly (boolean | null)[], profile: Profile): string {
  const on = switches.filter((each) => each === true).length
  const where = switches.length === 1 ? '' : `, on ${formatCount(on)} of ${plural(switches.length, 'shard')}`
  const state = on === 0 ? 'ProfileExecutions is off' : `ProfileExecutions is on${where}`
  return `${state}; of ${plural(profile.executions, 'finished execution')} that are still known, ${formatCount(profile.profiled)} had their steps timed.`
}
