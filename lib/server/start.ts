import 'server-only'
import { runtime } from './runtime'
import { SettingsError } from './settings'

/** Starts the runtime, or ends the process with a message for people: nothing is served on wrong settings. */
export function start(): void {
  try {
    const { settings, end } = runtime()
    const quit = () => void end()
    if (settings.refusal !== undefined) fail(settings.refusal)
    process.once('SIGTERM', quit)
    process.once('SIGINT', quit)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    fail(error.message)
  }
}

function fail(message: string): never {
  process.stderr.write(`gearboard: ${message}\n`)
  process.exit(1)
}
