import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const DIRECTORY_MODE = 0o700
const FILE_MODE = 0o600
/** What Gearboard puts into its data directory. */
const OWN_FILE = /^(history\.db|writer\.lock|secret\.key)/

/** A directory of another user, or a file system without modes: its files may be readable by others, and Gearboard works. */
function setMode(path: string, mode: (now: number) => number): void {
  try {
    const now = statSync(path).mode & 0o777
    if (mode(now) !== now) chmodSync(path, mode(now))
  } catch {
    return
  }
}

/** A read-only directory was made so on purpose. */
const restrict = (path: string, mode: number): void => setMode(path, (now) => now & mode)

/**
 * Makes the data directory accessible only to its owner, whatever the umask: it holds scripts, results and the audit log. An existing
 * directory is closed to others only if it is empty or holds nothing but Gearboard's files.
 */
export function makePrivateDirectory(directory: string): void {
  const made = mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE })
  const names = readdirSync(directory)
  if (made !== undefined) setMode(directory, () => DIRECTORY_MODE)
  else if (names.every((name) => OWN_FILE.test(name))) restrict(directory, DIRECTORY_MODE)
  for (const name of names) if (OWN_FILE.test(name)) restrict(join(directory, name), FILE_MODE)
}

/** Makes an empty file for its owner alone. One that is there is not opened: closing it would give up the locks that this process has on it. */
export function makePrivateFile(path: string): void {
  // The build would take it for a file of the project, and bring all of them along.
  if (existsSync(/* turbopackIgnore: true */ path)) {
    restrict(path, FILE_MODE)
    return
  }
  closeSync(openSync(path, 'a', FILE_MODE))
  // Whatever the umask.
  setMode(path, () => FILE_MODE)
}
