import type { ConfigSetResult, ConfigValue } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { z } from 'zod'
import type { ReadAge } from '@/lib/model/cluster/shard'
import { answers, endpoint } from '../endpoint'
import { KB, line } from './line'

export interface ConfigReply extends ReadAge {
  readonly shards: readonly ShardAnswer<readonly ConfigValue[]>[]
}

/** What a user of the Redis server must be allowed to send, and what Gearboard's own user is not. */
export interface RedisAccessReply {
  /** The user that the lines are for. */
  readonly user: string
  /** Which rules the server takes: those of Redis 6.2, 7.0, or 7.2 and later. */
  readonly redis: '6.2' | '7.0' | '7.2'
  readonly lines: readonly { readonly level: 'watch' | 'operate' | 'develop'; readonly line: string }[]
  /** What Gearboard cannot do as the user that it signs in as, with the commands for it; null where the server does not say. */
  readonly missing: readonly { readonly feature: string; readonly commands: readonly string[] }[] | null
}

/** The module’s configuration, on every shard. */
export const configEndpoints = {
  config: endpoint({
    method: 'GET',
    path: '/api/{connection}/config',
    access: 'read',
    summary: 'Configuration of every shard (RG.CONFIGGET)',
    query: z.object({
      /** User-defined keys to ask for besides the module's own, comma-separated. */
      keys: z
        .string()
        .max(4 * KB)
        .optional(),
    }),
    reply: answers<ConfigReply>(),
  }),
  redisAccess: endpoint({
    method: 'GET',
    path: '/api/{connection}/redis-access',
    access: 'admin',
    summary: 'The ACL lines for a user of Gearboard, and what its own user lacks',
    query: z.object({
      /** Whom the lines are for; the user that Gearboard signs in as. */
      user: line.optional(),
    }),
    reply: answers<RedisAccessReply>(),
  }),
  setConfig: endpoint({
    method: 'PUT',
    action: 'Set configuration',
    confirm: 'connection',
    path: '/api/{connection}/config/{key}',
    access: 'admin',
    summary: 'Set a configuration key on every shard (RG.CONFIGSET)',
    body: z.object({
      value: z.union([z.string().max(64 * KB), z.number()]).transform(String),
      /** A key that the module does not know is stored silently as a user key: only when this says so. */
      userKey: z.boolean().default(false),
      /** Only the shard of this key, to undo what differed between shards. */
      shard: line.optional(),
    }),
    reply: answers<{ readonly shards: readonly ShardAnswer<ConfigSetResult>[] }>(),
  }),
} as const
