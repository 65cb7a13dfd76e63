import type { Handlers } from '../http/route'
import { config, configInWords, setConfig } from '../operations/config'
import { redisAccess } from '../operations/redis-access'
import { connectionNamed } from '../runtime'

export const configHandlers: Pick<Handlers, 'config' | 'redisAccess' | 'setConfig'> = {
  config: async ({ runtime, params, query }) => {
    const asked = query.keys?.split(',').map((key) => key.trim()) ?? []
    return config(
      connectionNamed(runtime, params.connection),
      asked.filter((key) => key !== ''),
    )
  },

  redisAccess: async ({ runtime, params, query }) => {
    const { capability, user } = connectionNamed(runtime, params.connection).hub.feed.connection
    return redisAccess(capability, { signedInAs: user, user: query.user })
  },

  setConfig: async ({ runtime, params, body, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    audit({ before: await configInWords(connection, params.key), after: body.value })
    return { shards: await setConfig(connection, params.key, body) }
  },
}
