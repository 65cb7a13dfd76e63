import { formatCount, listInWords, plural } from '@/lib/model/format'
import type { Registration } from '@/lib/model/registration'
import { needsAttention, registrationTrouble } from '@/lib/model/registration-view'

/** `2 of 14 registrations are failing, 1 is missing on a shard.` */
export function registrationsHeadline(registrations: readonly Registration[]): string {
  const total = registrations.length
  if (total === 0) return 'Nothing is registered.'
  const failing = registrations.filter(needsAttention).length
  const paused = registrations.filter((r) => r.health === 'paused').length
  const missing = registrations.filter((r) => r.missingOn.length > 0).length
  const parts = [
    failing > 0 && `${are(failing)} failing`,
    paused > 0 && `${are(paused)} paused`,
    missing > 0 && `${are(missing)} missing on a shard`,
  ].filter((part) => part !== false)
  const [first, ...rest] = parts
  if (first === undefined)
    return total === 1 ? 'The one registration is well.' : `All ${formatCount(total)} registrations are well.`
  const [count = '', ...words] = first.split(' ')
  return `${[`${count} of ${plural(total, 'registration')} ${words.join(' ')}`, ...rest].join(', ')}.`
}

const are = (n: number): string => `${formatCount(n)} ${n === 1 ? 'is' : 'are'}`

/** Cause, where something fails; else scale. */
export function registrationsSecond(registrations: readonly Registration[]): string | undefined {
  const failing = registrations.filter(needsAttention)
  const [first] = failing
  if (first) {
    if (failing.length > 1) return `${listInWords(failing.map((r) => r.name))} failed in their last run.`
    const trouble = registrationTrouble(first)
    return trouble ? `${first.name}: ${trouble}` : undefined
  }
  const perMinute = ratePerMinute(registrations)
  return perMinute === null ? undefined : `${plural(perMinute, 'trigger')} in a minute, at the present rate.`
}

/** Null while no rate is known. */
export function ratePerMinute(registrations: readonly Registration[]): number | null {
  const known = registrations.flatMap((r) => r.rates?.triggered ?? [])
  return known.length === 0 ? null : Math.round(60 * known.reduce((sum, rate) => sum + rate, 0))
}
