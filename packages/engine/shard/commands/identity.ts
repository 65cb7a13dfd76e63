import type { CommandShard } from '../command-shard'

/** Tests compare the key space with Debian's redis-server of this version. */
export const REDIS_VERSION = '7.0.15'

/** The version of the `rg` module in MODULE LIST: 1.2.13 or 1.0.9. */
export const moduleVersion = (shard: CommandShard): number => (shard.data.gearsVersion === '1.0' ? 10009 : 10213)
