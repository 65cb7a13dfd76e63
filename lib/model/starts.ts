import type { Execution, Outcome } from './execution'

export interface StartsBucket {
  /** Beginning of the span, ms since the epoch. */
  readonly at: number
  readonly counts: Readonly<Record<Outcome, number>>
}

/** Equal spans that end with the one that `now` lies in, aligned so that they stay in place as time goes on. */
export interface StartsRange {
  readonly spanMs: number
  readonly buckets: number
}

/** When executions were first seen, by outcome. Those that were there before the first look have no start and are left out. */
export function startsByOutcome(
  executions: readonly Pick<Execution, 'firstSeen' | 'precisionMs' | 'outcome'>[],
  { spanMs, buckets }: StartsRange,
  now: number,
): readonly StartsBucket[] {
  const last = Math.floor(now / spanMs)
  const first = last - buckets + 1
  const starts = Array.from({ length: buckets }, (_, i) => ({
    at: (first + i) * spanMs,
    counts: { running: 0, waiting: 0, ok: 0, failed: 0, aborted: 0, unknown: 0 },
  }))
  for (const { firstSeen, precisionMs, outcome } of executions) {
    if (precisionMs === null) continue
    const bucket = starts[Math.floor(firstSeen / spanMs) - first]
    if (bucket) bucket.counts[outcome]++
  }
  return starts
}
