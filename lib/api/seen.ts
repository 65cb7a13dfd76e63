import { z } from 'zod'

/** As rows carry it, `identity`. */
export const identity = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the identity of an execution or a registration')

/** The highest number that share one id: one on each shard of a cluster. */
const MOST_SHARING = 1000

/**
 * `identity` of the row that a write was decided by, and of those that share its id where they do, comma-separated. Ids start over when a
 * server restarts: the id may now belong to another, which is then left alone (`changed`).
 */
export const seen = z
  .string('send the identity that GET returned for it')
  .max(64 * MOST_SHARING)
  .transform((text) => text.split(','))
  .pipe(z.array(identity).max(MOST_SHARING))
