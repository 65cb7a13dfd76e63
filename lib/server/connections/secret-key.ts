import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { SettingsError } from '../settings'

const FILE = 'secret.key'
const BYTES = 32

/**
 * What stored secrets are encrypted with: GEARBOARD_SECRET, else a file for its owner alone in the data directory, made the first time.
 * Undefined where none can be made or read: nothing can be stored then. @throws SettingsError where the file holds no key
 */
export function secretKey(data: string, given: string | undefined): Uint8Array | undefined {
  if (given !== undefined) return Buffer.from(given)
  const path = join(data, FILE)
  try {
    if (!existsSync(/* turbopackIgnore: true */ path)) makeKey(data, path)
    const key = Buffer.from(readFileSync(/* turbopackIgnore: true */ path, 'utf8').trim(), 'base64')
    if (key.length === BYTES) return key
  } catch {
    return undefined
  }
  throw new SettingsError(
    `${path} holds no key: it must be ${BYTES} bytes in base64. Put the right file back; without it stored passwords must be entered again.`,
  )
}

/** Exclusively: two Gearboards that start at once use the key of the one that was first. */
function makeKey(data: string, path: string): void {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (existsSync(path)) return
    throw error
  }
  try {
    writeSync(file, `${randomBytes(BYTES).toString('base64')}\n`)
  } finally {
    closeSync(file)
  }
}
