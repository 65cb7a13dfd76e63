import { spawnSync } from 'node:child_process'
import { RESTART_VARIABLE, type RealServer } from './server'

/** Longest that the command of `GEARBOARD_TEST_RESTART` may take, ms. */
const MOST_MS = 120_000

/**
 * How the suite restarts the server. `restart`: a command of whoever runs the suite ends the process and starts it again. `reload`: DEBUG
 * RELOAD, after which the process is the same. Otherwise `reason` says why neither is possible.
 */
export type RestartWay =
  | { readonly kind: 'restart' | 'reload'; readonly run: (real: RealServer) => Promise<void> }
  | { readonly kind: 'none'; readonly reason: string }

/** An address alone does not let us restart the process. DEBUG RELOAD writes the dump file and ends every execution, so that others' data forbids it. */
export async function restartOf(real: RealServer): Promise<RestartWay> {
  const command = process.env[RESTART_VARIABLE]
  if (command) return { kind: 'restart', run: async () => runCommand(command) }
  const instead = `${RESTART_VARIABLE} names no command that restarts the server, and`
  const keys = await real.foreignKeys()
  if (keys > 0) return { kind: 'none', reason: `${instead} a reload is not for a server with ${keys} keys of others` }
  const executions = (await real.executions()).flat().length
  if (executions > 0) {
    return { kind: 'none', reason: `${instead} a reload is not for a server with ${executions} executions of others` }
  }
  try {
    await real.each((redis) => redis.call('DEBUG', 'SLEEP', '0'))
  } catch (error) {
    return { kind: 'none', reason: `${instead} DEBUG RELOAD is not allowed: ${String(error)}` }
  }
  return {
    kind: 'reload',
    run: async (server) => {
      await server.each((redis) => redis.call('DEBUG', 'RELOAD'))
    },
  }
}

function runCommand(command: string): void {
  const { status, stdout, stderr, error } = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: MOST_MS })
  if (status !== 0) throw new Error(`${RESTART_VARIABLE} failed: ${error?.message ?? ''}${stdout}${stderr}`)
}
