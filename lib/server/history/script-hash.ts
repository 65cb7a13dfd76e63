import { createHash } from 'node:crypto'

/** By which the history knows a script: the SHA-256 of its text, hexadecimal. Submissions of one text share it. */
export const scriptHash = (script: string): string => createHash('sha256').update(script).digest('hex')
