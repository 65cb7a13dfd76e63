import { join } from 'node:path'
import { loadInterpreter } from '../../python/load-interpreter'
import { SeedShop } from '../../seed/seed'
import type { GearsInstallOptions, ShardApi } from '../core'
import { gearsCommands } from './commands'
import { createGears } from './gears'
import { createHost } from './host'
import { addInfo } from './info'
import { PythonInterpreter } from './python-interpreter'
import { PythonScripts } from './python-scripts'
import { Services } from './services'

/** Makes a shard a RedisGears: loads Python, defines the `rg.*` commands, and restores what existed before a crash or was saved. */
export async function installGears(shard: ShardApi, options: GearsInstallOptions): Promise<void> {
  const { engineRoot, gearsVersion, moduleArgs, pythonMemoryMb, restores, seed } = options
  const loaded = await loadInterpreter(
    { runtime: join(engineRoot, 'python'), cache: join(engineRoot, '../../.cache') },
    (line) => shard.log('notice', `GEARS: ${line}`),
  )
  const python = new PythonInterpreter(shard, loaded, pythonMemoryMb)
  const gears = createGears(shard, python, gearsVersion, moduleArgs)
  const scripts = new PythonScripts(gears)
  const services = new Services(shard, python, gears.lock, gears.cluster)
  python.attach(createHost(gears, scripts, services), gearsVersion, gears.config.attemptTraceback)
  shard.define(...gearsCommands(gears, scripts))
  addInfo(gears)
  shard.onReload(() => gears.reload())
  if (restores) {
    gears.registrar.restore()
    gears.timeEvents.restore()
  }
  if (seed !== 'none') new SeedShop(shard, scripts, services.ownTag(), join(engineRoot, 'seed'), seed).start()
}
