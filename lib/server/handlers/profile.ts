import type { Handlers } from '../route'
import { connectionNamed } from '../runtime'

export const profileHandlers: Pick<Handlers, 'profile' | 'sessionProfile' | 'resetProfile'> = {
  profile: async ({ runtime, params }) => connectionNamed(runtime, params.connection).profile(),

  sessionProfile: async ({ runtime, params }) => ({
    shards: await connectionNamed(runtime, params.connection).sessionProfile(params.id),
  }),

  resetProfile: async ({ runtime, params }) => connectionNamed(runtime, params.connection).resetProfile(params.id),
}
