import {
  addCounters,
  type Counters,
  REGISTRATION_COUNTERS,
  ZERO_COUNTERS,
} from '@gearboard/gears/vocabulary/registration'
import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { Registration } from '@/lib/model/registrations/registration'

/** The counters of each shard when the user reset them in this view; the server does not know of it. */
export interface Baseline {
  /** Our clock, ms. */
  readonly at: number
  /** By key of the shard. */
  readonly perShard: Readonly<Record<string, Counters>>
}

export type Gain = { readonly gained: Counters } | { readonly gained: null; readonly why: string }

export const baselineOf = ({ perShard }: Pick<Registration, 'perShard'>, at: number): Baseline => ({
  at,
  perShard: Object.fromEntries(perShard.map(({ shard, counters }) => [shard, counters])),
})

const WENT_BACK = 'the counters were reset: a shard reloaded, or the statistics were cleared'
const OTHER_SHARDS = 'it is on other shards now'

/** The gain since the baseline, computed per shard: in a sum, one shard's loss would hide in another's gain. `why`: the reason if unknown. */
export function gainedSince(
  baseline: Baseline,
  { perShard, observed }: Pick<Registration, 'perShard' | 'observed'>,
): Gain {
  if (observed.wentBackAt !== null && observed.wentBackAt > baseline.at) return { gained: null, why: WENT_BACK }
  if (Object.keys(baseline.perShard).some((shard) => !perShard.some((part) => part.shard === shard)))
    return { gained: null, why: OTHER_SHARDS }
  let gained = ZERO_COUNTERS
  for (const { shard, counters: now } of perShard) {
    const then = baseline.perShard[shard]
    if (!then) return { gained: null, why: OTHER_SHARDS }
    const own = {
      triggered: now.triggered - then.triggered,
      success: now.success - then.success,
      failures: now.failures - then.failures,
      aborted: now.aborted - then.aborted,
    }
    if (REGISTRATION_COUNTERS.some((counter) => own[counter] < 0)) return { gained: null, why: WENT_BACK }
    gained = addCounters(gained, own)
  }
  return { gained }
}

/** `+31 triggered, +29 success, +2 failed`; unchanged counters are left out. */
export function gainInWords(gained: Counters): string {
  const parts = REGISTRATION_COUNTERS.flatMap((counter) =>
    gained[counter] > 0 ? [`+${formatCount(gained[counter])} ${COUNTER_WORDS[counter]}`] : [],
  )
  return parts.length > 0 ? parts.join(', ') : 'no change'
}

const COUNTER_WORDS: Readonly<Record<keyof Counters, string>> = {
  triggered: 'triggered',
  success: 'success',
  failures: 'failed',
  aborted: 'aborted',
}
