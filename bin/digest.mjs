import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Of the names and contents of files, in hexadecimal. @param names from `root` on */
export function digestOf(root, names) {
  const digest = createHash('sha256')
  for (const name of names) digest.update(`\n${name}\n`).update(readFileSync(join(root, name)))
  return digest.digest('hex')
}
