import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { Coverage, ShardState } from '@/lib/model/cluster/shard'
import { firingHazardsOf, unraisedEvents } from '@/lib/model/registrations/never-fires'
import type { Registration } from '@/lib/model/registrations/registration'
import { needsAttention, registrationReason } from '@/lib/model/registrations/registration-view'
import { listInWords } from '@/lib/model/text/format'

/** A shard answers but has not listed its registrations yet. */
export const areUntold = (shards: readonly ShardState[] = []): boolean =>
  shards.some(({ state, registrations }) => state === 'up' && registrations === null)

/** `2 of 14 registrations are failing, 1 is missing on a shard.` */
export function registrationsHeadline(
  registrations: readonly Registration[],
  shards: readonly ShardState[] = [],
): string {
  const total = registrations.length
  if (total === 0 && areUntold(shards)) return 'Loading registrations…'
  if (total === 0) return 'No registrations yet.'
  if (registrations.every(({ coverage }) => coverage.answered === 0))
    return `No shard answers: showing the last reports of ${plural(total, 'registration')}.`
  const failing = registrations.filter(needsAttention).length
  const paused = registrations.filter((r) => r.health === 'paused').length
  const unraised = unraisedEvents(shards)
  const silent = registrations.filter((r) => firingHazardsOf(r, unraised).length > 0).length
  const missing = registrations.filter((r) => r.missingOn.length > 0).length
  const parts = [
    failing > 0 && `${are(failing)} failing`,
    paused > 0 && `${are(paused)} paused`,
    missing > 0 && `${are(missing)} missing on a shard`,
    silent > 0 && `${formatCount(silent)} may never fire`,
  ].filter((part) => part !== false)
  const [first, ...rest] = parts
  if (first === undefined) return failedBefore(registrations) ?? allWell(registrations)
  const [count = '', ...words] = first.split(' ')
  return `${[`${count} of ${plural(total, 'registration')} ${words.join(' ')}`, ...rest].join(', ')}.`
}

function allWell(registrations: readonly Registration[]): string {
  const total = registrations.length
  const least = registrations.reduce((least, { coverage }) => (isBelow(coverage, least) ? coverage : least), FULL)
  const well = total === 1 ? 'The registration is healthy' : `All ${formatCount(total)} registrations are healthy`
  return least.answered < least.of
    ? `${well}, as reported by ${least.answered} of ${plural(least.of, 'shard')}.`
    : `${well}.`
}

const FULL: Coverage = { answered: 1, of: 1 }
const isBelow = (a: Coverage, b: Coverage): boolean => a.answered / a.of < b.answered / b.of

/** A success clears the last error (protocol 3.6), so a function that fails now and then looks healthy; only its counters show it. */
function failedBefore(registrations: readonly Registration[]): string | undefined {
  const failed = registrations.filter((r) => r.counters.failures > 0)
  if (failed.length === 0) return undefined
  const failures = failed.reduce((sum, r) => sum + r.counters.failures, 0)
  const runs = failed.reduce((sum, r) => sum + r.counters.success + r.counters.failures + r.counters.aborted, 0)
  const [only] = failed
  const who = failed.length === 1 && only ? only.name : plural(failed.length, 'registration')
  return `None failing now, but ${who} failed in ${formatCount(failures)} of ${plural(runs, 'run')}.`
}

const are = (n: number): string => `${formatCount(n)} ${n === 1 ? 'is' : 'are'}`

/** The cause if something fails; otherwise the trigger rate. */
export function registrationsSecond(registrations: readonly Registration[]): string | undefined {
  const failing = registrations.filter(needsAttention)
  const [first] = failing
  if (first) {
    if (failing.length > 1) return `${listInWords(failing.map((r) => r.name))} failed on their last run.`
    const reason = registrationReason(first)
    return reason ? `${first.name}: ${reason}` : undefined
  }
  const perMinute = ratePerMinute(registrations)
  if (perMinute === null) return undefined
  const least = registrations.some(({ coverage }) => coverage.answered < coverage.of) ? 'At least ' : ''
  return `${least}${plural(perMinute, 'trigger')}/min.`
}

/** Null if no rate is known. */
export function ratePerMinute(registrations: readonly Registration[]): number | null {
  const known = registrations.flatMap((r) => r.rates?.triggered ?? [])
  return known.length === 0 ? null : Math.round(60 * known.reduce((sum, rate) => sum + rate, 0))
}
