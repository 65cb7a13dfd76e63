import type { MemoryReply } from '@/lib/api/contract'
import type { PythonSession, Requirement } from '@/lib/model/environment'
import { cutMiddle } from '@/lib/model/error-bounds'
import type { ShardAnswer } from '@/lib/model/shard'
import type { ConnectionParts } from '../connection-parts'

/** @throws GearsError */
export async function memory({ gears, hub }: ConnectionParts): Promise<MemoryReply> {
  return { shards: await gears.pyStats(), samples: hub.feed.keptSamples }
}

/** @throws GearsError */
export async function requirements({
  gears,
}: ConnectionParts): Promise<readonly ShardAnswer<readonly Requirement[]>[]> {
  return gears.pyDumpReqs()
}

/** The linked sessions of every shard, then the dead that something still holds. @throws GearsError */
export async function sessions({ gears }: ConnectionParts): Promise<readonly ShardAnswer<readonly PythonSession[]>[]> {
  const [linked, dead] = await Promise.all([gears.pyDumpSessions(), gears.pyDumpSessions({ dead: true })])
  return linked.map((answer) => {
    if ('error' in answer) return answer
    const others = dead.find(({ shard }) => shard.key === answer.shard.key)
    if (others && 'error' in others) return others
    return { shard: answer.shard, value: [...answer.value, ...(others?.value ?? [])].map(withShortDescription) }
  })
}

/** Every shard tells it of every session: the whole is in the private data of each registration of the session. */
const DESCRIPTION_CHARS = 4000

const withShortDescription = (session: PythonSession): PythonSession =>
  session.description === null
    ? session
    : { ...session, description: cutMiddle(session.description, DESCRIPTION_CHARS) }
