import { formatExact, formatMinute } from '@/lib/model/text/format'

/** Longer ago, the time of day alone would mislead, ms. */
const TODAY_MS = 12 * 3_600_000

/** The moment of a baseline: the time of day, with its date where that is needed. @param now our clock, ms */
export const momentOf = (at: number, now: number): string => (now - at < TODAY_MS ? formatMinute(at) : formatExact(at))
