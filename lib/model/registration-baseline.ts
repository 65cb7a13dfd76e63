import { formatCount } from './format'
import { type Counters, REGISTRATION_COUNTERS } from './registration'

/** Counters as they stood when somebody began to count from there; the server knows nothing of it. */
export interface Baseline {
  /** Our clock, ms. */
  readonly at: number
  readonly counters: Counters
}

/** What was gained since; null where a counter is below the baseline: reload, or somebody cleared the statistics (protocol 3.6). */
export function gainedSince({ counters: then }: Baseline, now: Counters): Counters | null {
  const gained = {
    triggered: now.triggered - then.triggered,
    success: now.success - then.success,
    failures: now.failures - then.failures,
    aborted: now.aborted - then.aborted,
  }
  return REGISTRATION_COUNTERS.some((counter) => gained[counter] < 0) ? null : gained
}

/** `+31 triggered, +29 success, +2 failed`; what did not move is left out. */
export function gainInWords(gained: Counters): string {
  const parts = REGISTRATION_COUNTERS.flatMap((counter) =>
    gained[counter] > 0 ? [`+${formatCount(gained[counter])} ${COUNTER_WORDS[counter]}`] : [],
  )
  return parts.length > 0 ? parts.join(', ') : 'nothing has happened'
}

const COUNTER_WORDS: Readonly<Record<keyof Counters, string>> = {
  triggered: 'triggered',
  success: 'success',
  failures: 'failed',
  aborted: 'aborted',
}
