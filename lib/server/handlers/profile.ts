import type { Handlers } from '../http/route'
import { profile, resetProfile, sessionProfile } from '../operations/profile'
import { connectionNamed } from '../runtime'

export const profileHandlers: Pick<Handlers, 'profile' | 'sessionProfile' | 'resetProfile'> = {
  profile: async ({ runtime, params }) => profile(connectionNamed(runtime, params.connection)),

  sessionProfile: async ({ runtime, params }) => ({
    shards: await sessionProfile(connectionNamed(runtime, params.connection), params.id),
  }),

  resetProfile: async ({ runtime, params }) => resetProfile(connectionNamed(runtime, params.connection), params.id),
}
