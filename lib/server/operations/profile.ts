import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import type { ActionReply } from '@/lib/api/action-reply'
import { MAX_PROFILE_CHARS, type SessionProfile } from '@/lib/api/contract/profile'
import { executionName } from '@/lib/model/executions/execution-view'
import { type Profile, profileOf } from '@/lib/model/profile/profile'
import type { ConnectionParts } from '../connection/connection-parts'
import { isFinal } from '../hub/merge/merge-execution'
import { doneEverywhere } from './partial'

/** Of what the hub has read anyway: the server is not asked. @throws GearsError */
export async function profile(connection: ConnectionParts): Promise<Profile> {
  await connection.known()
  return profileOf(
    [...connection.hub.entries].map((entry) => ({
      name: executionName(entry),
      firstSeen: entry.firstSeen,
      parts: [...entry.parts.values()].flatMap(({ report }) => (isFinal(report) ? [report] : [])),
    })),
  )
}

/** @throws GearsError */
export async function sessionProfile({ gears }: ConnectionParts, id: string) {
  const answers = await gears.pyProfileStats(id)
  return answers.map((answer): ShardAnswer<SessionProfile> => {
    if ('error' in answer) return answer
    const { shard, value } = answer
    return { shard, value: { text: value.slice(0, MAX_PROFILE_CHARS), cut: value.length > MAX_PROFILE_CHARS } }
  })
}

/** @throws ApiRefusal `partial`; GearsError where no shard did it */
export async function resetProfile({ gears }: ConnectionParts, id: string): Promise<ActionReply> {
  return doneEverywhere('Reset', await gears.pyProfileReset(id))
}
