import { addCounters, type Counters } from '@gearboard/gears/vocabulary/registration'
import { plural } from '@gearboard/gears/vocabulary/text'

/** The span of one value of a trend, ms. */
export const TREND_STEP_MS = 30_000
/** How many of them are kept: a quarter of an hour. */
export const TREND_STEPS = 30

/** How a registration's counters grew lately, over all its shards. */
export interface RegistrationTrend {
  /** Key of the registration. */
  readonly registration: string
  /** Growth in each step, oldest first; null if unknown: not polled, a shard was silent, or a counter went back. */
  readonly steps: readonly (Counters | null)[]
}

/** The sums of several shards' steps; null where any of them does not know. */
export function sumSteps(shards: readonly (readonly (Counters | null)[])[]): readonly (Counters | null)[] {
  const [first, ...others] = shards
  if (!first) return []
  return first.map((step, at) =>
    others.reduce<Counters | null>((sum, steps) => {
      const other = steps[at]
      return sum && other ? addCounters(sum, other) : null
    }, step),
  )
}

/** `Last 15 min: triggered 310 times, failed 4 times`, for those who cannot see the line. */
export function trendInWords(steps: readonly (Counters | null)[]): string {
  const known = steps.filter((step) => step !== null)
  const { triggered, failures } = known.reduce(addCounters, { triggered: 0, success: 0, failures: 0, aborted: 0 })
  const span = known.length * (TREND_STEP_MS / 60_000)
  if (known.length === 0) return 'Not enough data for a trend yet'
  return `Observed for ${span} of the last ${(TREND_STEPS * TREND_STEP_MS) / 60_000} min: triggered ${plural(triggered, 'time')}, failed ${plural(failures, 'time')}`
}
