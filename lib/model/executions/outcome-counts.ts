import type { Outcome } from '@gearboard/gears/vocabulary/execution'

export type OutcomeCounts = Readonly<Record<Outcome, number>>

export const totalOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** What an execution ends as; `unknown`: it left the server before its outcome was read. */
export const END_OUTCOMES = ['ok', 'failed', 'aborted', 'unknown'] as const
export type EndOutcome = (typeof END_OUTCOMES)[number]

export const isEndOutcome = (word: string): word is EndOutcome => END_OUTCOMES.some((outcome) => outcome === word)

export type EndCounts = Readonly<Record<EndOutcome, number>>

export const NO_ENDS: EndCounts = { ok: 0, failed: 0, aborted: 0, unknown: 0 }

/** Ends by outcome, added up. */
export const addedUp = (counts: readonly EndCounts[]): EndCounts =>
  counts.reduce(
    (sum, { ok, failed, aborted, unknown }) => ({
      ok: sum.ok + ok,
      failed: sum.failed + failed,
      aborted: sum.aborted + aborted,
      unknown: sum.unknown + unknown,
    }),
    NO_ENDS,
  )
