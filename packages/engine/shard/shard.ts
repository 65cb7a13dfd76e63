/**
 * The worker of one shard. How a shard is assembled:
 * 1. `LocalShard` (local-shard.ts) connects key space, clients and dispatch, and implements `ShardApi` of core.ts.
 * 2. `installCommands` defines Redis's commands (commands/).
 * 3. `load` restores what was saved.
 * 4. `installGears` (gears/install.ts) defines `rg.*` and warms Python up; it may call, hook and keep before the shard opens.
 * 5. `open` tells the main thread that the shard is ready, and accepts clients.
 */
import { workerData } from 'node:worker_threads'
import type { ShardData } from '../wire/messages'
import { installCommands } from './commands/install'
import { installGears } from './gears/install'
import { LocalShard } from './local-shard'

const data: ShardData = workerData
const shard = new LocalShard(data)
installCommands(shard)
const { engineRoot, gearsVersion, moduleArgs, pythonMemoryMb, seed } = data
await installGears(shard, { engineRoot, gearsVersion, moduleArgs, pythonMemoryMb, seed, restores: shard.load() })
shard.open()
