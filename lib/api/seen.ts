import { z } from 'zod'

/** As rows carry it, `identity`. */
export const identity = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the identity of an execution or a registration')

/** At most so many share one id: one on each shard of a cluster. */
const MOST_SHARING = 1000

/**
 * `identity` of the row that a write was decided by, and of those that share its id where they do, comma-separated. Ids start over when a
 * server restarts: what has the id now may be another, and is left alone then (`changed`).
 */
export const seen = z
  .string('send the identity that GET returned for it')
  .max(64 * MOST_SHARING)
  .transform((text) => text.split(','))
  .pipe(z.array(identity).max(MOST_SHARING))
