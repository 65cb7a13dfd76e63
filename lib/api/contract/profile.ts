import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import type { Profile } from '@/lib/model/profile/profile'
import type { ActionReply } from '../action-reply'
import { answers, endpoint } from '../endpoint'

/** cProfile's text of one session on one shard (RG.PYPROFILE STATS). */
export interface SessionProfile {
  readonly text: string
  /** The text is longer than `MAX_PROFILE_CHARS`. */
  readonly cut: boolean
}

/** Longest profile text that one shard's answer carries, characters. */
export const MAX_PROFILE_CHARS = 4_000_000

/** What cProfile measured. */
export const profileEndpoints = {
  profile: endpoint({
    method: 'GET',
    path: '/api/{connection}/profile',
    access: 'read',
    summary: 'The slowest functions and steps of the known executions',
    reply: answers<Profile>(),
  }),
  sessionProfile: endpoint({
    method: 'GET',
    path: '/api/{connection}/profile/{id}',
    access: 'read',
    summary: 'cProfile’s report of a session on every shard (RG.PYPROFILE STATS)',
    reply: answers<{ readonly shards: readonly ShardAnswer<SessionProfile>[] }>(),
  }),
  resetProfile: endpoint({
    method: 'DELETE',
    action: 'Reset profile',
    confirm: 'connection',
    path: '/api/{connection}/profile/{id}',
    access: 'operate',
    summary: 'Reset a session’s profile on every shard (RG.PYPROFILE RESET)',
    reply: answers<ActionReply>(),
  }),
} as const
