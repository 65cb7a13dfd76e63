const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Widths of a bucket that people count in, ms. Each is a multiple of the widest stored bucket that is not wider (`series-sql.ts`). */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
]

/** The next such width that is not narrower, ms. */
export const stepAtLeast = (ms: number): number => STEPS.find((step) => step >= ms) ?? Math.ceil(ms / DAY) * DAY

/** The narrowest width that makes at most `points` buckets of a range, ms. A range that begins within a bucket touches one more, hence the one less. */
export const stepFitting = (spanMs: number, points: number): number => stepAtLeast(spanMs / (points - 1))
