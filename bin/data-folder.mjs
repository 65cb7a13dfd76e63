import { homedir } from 'node:os'
import { join } from 'node:path'
import { hasSources, ROOT } from './processes.mjs'

/** Where this system's programs keep the data of a user. */
function userData(env) {
  if (process.platform === 'win32') return env.LOCALAPPDATA || join(homedir(), 'AppData/Local')
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support')
  // The specification ignores a path that is not absolute.
  return env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(homedir(), '.local/share')
}

/** Beside the sources; the folder of an installed package belongs to npm, which replaces it. */
export const defaultDataFolder = (env) => (hasSources() ? join(ROOT, '.gearboard') : join(userData(env), 'gearboard'))
