import type { Outcome } from '@gearboard/gears/vocabulary/execution'

export type OutcomeCounts = Readonly<Record<Outcome, number>>

export const totalOf = (counts: OutcomeCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)
