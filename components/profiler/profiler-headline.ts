import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { FunctionProfile, Profile } from '@/lib/model/profile/profile'
import { formatDuration } from '@/lib/model/text/format'

/** The slowest function, whether or not its name is known; or that nothing was timed yet. */
export function profilerHeadline(switches: readonly (boolean | null)[], profile: Profile): string {
  const [slowest] = profile.functions
  if (!slowest)
    return switches.some((each) => each === true)
      ? 'No timed executions yet.'
      : 'Profiling is off, no timed executions yet.'
  if (slowest.name !== null) return `Slowest: ${slowest.name}, ${levelOf(slowest)}.`
  const named = profile.functions.find(({ name }) => name !== null)
  const unknown = `Slowest: unknown functions, ${levelOf(slowest)}`
  return named?.name ? `${unknown}; slowest known: ${named.name}, ${levelOf(named)}.` : `${unknown}.`
}

/** Of fewer runs a percentile says nothing. */
const PERCENTILE_FROM = 20

const levelOf = ({ count, p95, max }: Pick<FunctionProfile, 'count' | 'p95' | 'max'>): string =>
  count >= PERCENTILE_FROM
    ? `p95 ${formatDuration(p95)} in ${plural(count, 'run')}`
    : `${count === 1 ? '' : 'up to '}${formatDuration(max)} in ${plural(count, 'run')}`

export function profilerSecond(switches: readonly (boolean | null)[], profile: Profile): string {
  const on = switches.filter((each) => each === true).length
  const where = switches.length === 1 ? '' : `, on ${formatCount(on)} of ${plural(switches.length, 'shard')}`
  const state = on === 0 ? 'ProfileExecutions is off' : `ProfileExecutions is on${where}`
  return `${state}; ${formatCount(profile.profiled)} of ${plural(profile.executions, 'finished execution')} ${profile.profiled === 1 ? 'has' : 'have'} step times.`
}
