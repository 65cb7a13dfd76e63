import 'server-only'
import { doorStands } from './door/standing'
import { endWith, fail } from './ending'
import { hearEngineReports } from './engine-reports'
import { tellOperator } from './log'
import { type Runtime, runtime } from './runtime'
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
    printSetupLink(shared)
    process.once('SIGTERM', quit)
    process.once('SIGINT', quit)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    fail(error.message)
  }
}

/** On the console, which only those who run Gearboard see. The token is behind the #: no server and no proxy logs it. */
function printSetupLink({ signIn, settings: { basePath } }: Runtime): void {
  const token = signIn.issueSetup()
  if (token === undefined) return
  const { HOST, HOSTNAME = 'localhost', PORT = '3000', GEARBOARD_TLS_CERT } = process.env
  const host = HOST || HOSTNAME
  const shown = ['0.0.0.0', '::', '[::]'].includes(host) ? 'localhost' : host
  const link = `${GEARBOARD_TLS_CERT ? 'https' : 'http'}://${shown.includes(':') && !shown.startsWith('[') ? `[${shown}]` : shown}:${PORT}${basePath}/setup#${token}`
  tellOperator(
    `Gearboard has no users yet. Create the first admin within an hour:\n  ${link}\nThe link works once. Behind a proxy, use the address of the proxy instead of ${shown}:${PORT}.\n`,
  )
}
