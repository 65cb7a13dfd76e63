import 'server-only'
import { doorStands } from './door/standing'
import { endWith, fail } from './ending'
import { hearEngineReports } from './engine-reports'
import { runtime } from './runtime'
import { SettingsError } from './settings'

/** Starts the runtime, or ends the process with a message for people: nothing is served on wrong settings. */
export function start(): void {
  if (!doorStands()) fail('start it with `npm start`, or with `node .next/standalone/server.js` of its own build')
  try {
    const shared = runtime()
    const { settings, end } = shared
    // Next waits for its connections to close, and a page that is open keeps asking on one: what is kept is written, then it ends.
    const quit = () => endWith(end)
    if (settings.refusal !== undefined) fail(settings.refusal)
    if (settings.embedded) hearEngineReports(shared)
    process.once('SIGTERM', quit)
    process.once('SIGINT', quit)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    fail(error.message)
  }
}
