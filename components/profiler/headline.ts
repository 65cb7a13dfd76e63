import { formatCount, formatDuration, plural } from '@/lib/model/format'
import type { Profile } from '@/lib/model/profile'

/** The slowest thing that has a name: a function, else a step; or that nothing was timed yet. */
export function profilerHeadline(switches: readonly (boolean | null)[], profile: Profile | undefined): string {
  const slowest = profile?.functions.find(({ name }) => name !== null)
  if (slowest) return `${slowest.name} takes up to ${formatDuration(slowest.p95)} in 95 of 100 runs.`
  const step = profile?.steps.find(({ builtIn, type }) => !builtIn && type !== 'reader')
  if (step) return `The step ${step.title} takes up to ${formatDuration(step.p95)} in 95 of 100 runs.`
  const [unknown] = profile?.functions ?? []
  if (unknown)
    return `Executions take up to ${formatDuration(unknown.p95)} in 95 of 100 runs; which function’s is not known.`
  return switches.some((each) => each === true)
    ? 'No execution was timed yet.'
    : 'Profiling is off, and no execution was timed yet.'
}

export function profilerSecond(switches: readonly (boolean | null)[], profile: Profile): string {
  const on = switches.filter((each) => each === true).length
  const where = switches.length === 1 ? '' : `, on ${formatCount(on)} of ${plural(switches.length, 'shard')}`
  const state = on === 0 ? 'ProfileExecutions is off' : `ProfileExecutions is on${where}`
  return `${state}; of ${plural(profile.executions, 'finished execution')} that are still known, ${formatCount(profile.profiled)} had their steps timed.`
}
