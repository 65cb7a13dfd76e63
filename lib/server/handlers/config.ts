import type { Handlers } from '../route'
import { connectionNamed } from '../runtime'

export const configHandlers: Pick<Handlers, 'config' | 'setConfig'> = {
  config: async ({ runtime, params, query }) => {
    const asked = query.keys?.split(',').map((key) => key.trim()) ?? []
    return connectionNamed(runtime, params.connection).config(asked.filter((key) => key !== ''))
  },

  setConfig: async ({ runtime, params, body, audit }) => {
    const connection = connectionNamed(runtime, params.connection)
    audit({ before: await connection.configInWords(params.key), after: body.value })
    return { shards: await connection.setConfig(params.key, body) }
  },
}
