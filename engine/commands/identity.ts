import type { CommandShard } from '../command-shard'

/** Debian's redis-server of that version is what the key space is compared with. */
export const REDIS_VERSION = '7.0.15'

/** The `rg` module's version as MODULE LIST tells it: 1.2.13 or 1.0.9. */
export const moduleVersion = (shard: CommandShard): number => (shard.data.gearsVersion === '1.0' ? 10009 : 10213)
