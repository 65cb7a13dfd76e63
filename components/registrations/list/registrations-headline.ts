import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { Coverage, ShardState } from '@/lib/model/cluster/shard'
import { firingHazardsOf, unraisedEvents } from '@/lib/model/registrations/never-fires'
import type { Registration } from '@/lib/model/registrations/registration'
import { needsAttention, reasonWithName, registrationCounts } from '@/lib/model/registrations/registration-view'
import { listInWords } from '@/lib/model/text/format'

/** A shard answers but has not listed its registrations yet. */
export const areRegistrationsUnlisted = (shards: readonly ShardState[] = []): boolean =>
  shards.some(({ state, registrations }) => state === 'up' && registrations === null)

/** `2 of 14 registrations are failing, 1 is missing on a shard.` */
export function registrationsHeadline(
  registrations: readonly Registration[],
  shards: readonly ShardState[] = [],
): string {
  const total = registrations.length
  if (total === 0 && areRegistrationsUnlisted(shards)) return 'Loading registrations…'
  if (total === 0) return 'No registrations yet.'
  if (registrations.every(({ coverage }) => coverage.answered === 0))
    return `No shard answers: showing the last reports of ${plural(total, 'registration')}.`
  const { failing, flaky, paused } = registrationCounts(registrations)
  const unraised = unraisedEvents(shards)
  const silent = registrations.filter((r) => firingHazardsOf(r, unraised).length > 0).length
  const missing = registrations.filter((r) => r.missingOn.length > 0).length
  const parts = [
    failing > 0 && `${are(failing)} failing`,
    flaky > 0 && `${are(flaky)} flaky`,
    paused > 0 && `${are(paused)} paused`,
    missing > 0 && `${are(missing)} missing on a shard`,
    silent > 0 && `${formatCount(silent)} may never fire`,
  ].filter((part) => part !== false)
  const [first, ...rest] = parts
  if (first === undefined) return allWell(registrations)
  const [count = '', ...words] = first.split(' ')
  return `${[`${count} of ${plural(total, 'registration')} ${words.join(' ')}`, ...rest].join(', ')}.`
}

function allWell(registrations: readonly Registration[]): string {
  const total = registrations.length
  const least = registrations.reduce((least, { coverage }) => (isBelow(coverage, least) ? coverage : least), FULL)
  const { healthy, idle, unknown } = registrationCounts(registrations)
  const well =
    healthy === total
      ? total === 1
        ? 'The registration is healthy'
        : `All ${formatCount(total)} registrations are healthy`
      : [
          `${formatCount(healthy)} of ${plural(total, 'registration')} ${healthy === 1 ? 'is' : 'are'} healthy`,
          idle > 0 && `${have(idle)} no recent runs`,
          unknown > 0 && `${have(unknown)} too few runs to judge`,
        ]
          .filter((words) => words !== false)
          .join(', ')
  return least.answered < least.of
    ? `${well}, as reported by ${least.answered} of ${plural(least.of, 'shard')}.`
    : `${well}.`
}

const FULL: Coverage = { answered: 1, of: 1 }
const isBelow = (a: Coverage, b: Coverage): boolean => a.answered / a.of < b.answered / b.of

const have = (n: number): string => `${formatCount(n)} ${n === 1 ? 'has' : 'have'}`
const are = (n: number): string => `${formatCount(n)} ${n === 1 ? 'is' : 'are'}`

/** The cause if something fails; otherwise the trigger rate. @param now our clock, ms */
export function registrationsSecond(registrations: readonly Registration[], now: number): string | undefined {
  const failing = registrations.filter(needsAttention)
  const flaky = registrations.filter(({ health }) => health === 'flaky')
  const [first, ...others] = failing.length > 0 ? failing : flaky
  if (first) {
    if (others.length > 0)
      return `${failing.length > 0 ? 'Failing' : 'Flaky'}: ${listInWords([first, ...others].map((r) => r.name))}.`
    return reasonWithName(first, now)
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
