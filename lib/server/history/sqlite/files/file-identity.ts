import { accessSync, constants, type Stats, statSync } from 'node:fs'

/** Undefined where there is none, or where it may not be read. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** Which file it is at the moment, whatever its name; undefined where there is none. */
export function identityOfFile(path: string): string | undefined {
  const stats = statsOf(path)
  return stats && `${stats.dev}:${stats.ino}`
}

/** Whether all of these can be written to, as far as their modes tell. */
export function mayWrite(...paths: readonly string[]): boolean {
  try {
    for (const path of paths) accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
