import { z } from 'zod'

/** Longest range of a series, ms. */
const MAX_RANGE_MS = 366 * 24 * 3_600_000

/** ms since the epoch. */
export const time = z.coerce
  .number('must be ms since 1970')
  .int('must be ms since 1970')
  .nonnegative('must be ms since 1970')
  .max(8.64e15, 'must be ms since 1970')

/** A range in time, ms; `timeRange.safeExtend` adds what else a query asks. */
export const timeRange = z
  .object({ from: time, to: time })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after `from`' })
  .refine(({ from, to }) => to - from <= MAX_RANGE_MS, {
    path: ['from'],
    message: 'must be at most 366 days before `to`',
  })
