import { randomBytes } from 'node:crypto'
import { hash, type Options, verify } from '@node-rs/argon2'

/**
 * argon2id (the default algorithm of the library) with the least that OWASP recommends: 19 MiB, two passes. It runs beside the event loop,
 * in at most four threads.
 */
const OPTIONS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const hashOf = (password: string): Promise<string> => hash(password.normalize('NFC'), OPTIONS)

/** The hash of a random password. It is checked where there is no such user, so that the time of the answer does not show that. */
let nobodys: Promise<string> | undefined

/** @param stored undefined: there is no such user */
export async function isPasswordOf(stored: string | undefined, given: string): Promise<boolean> {
  nobodys ??= hashOf(randomBytes(32).toString('base64'))
  const right = await verify(stored ?? (await nobodys), given.normalize('NFC'))
  return right && stored !== undefined
}
