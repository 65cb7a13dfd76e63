import { z } from 'zod'

export const KB = 1024

/** Names, ids and keys are bytes to the server; these are the ones that fit in a line of text. */
export const line = z.string().max(4 * KB, 'must be at most 4,096 characters')
