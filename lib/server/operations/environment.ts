import type { RequirementsReply, SessionsReply } from '@/lib/api/contract/environment'
import type { MemoryReply } from '@/lib/api/contract/memory'
import type { ConnectionParts } from '../connection/connection-parts'

/** @throws GearsError */
export async function memory({ reads, hub }: ConnectionParts): Promise<MemoryReply> {
  const { answers, ...age } = await reads.memory.read()
  return { shards: answers, samples: hub.feed.keptSamples, ...age }
}

/** @throws GearsError */
export async function requirements({ reads }: ConnectionParts): Promise<RequirementsReply> {
  const { answers, ...age } = await reads.requirements.read()
  return { shards: answers, ...age }
}

/** The linked sessions of every shard, then the dead that something still holds. @throws GearsError */
export async function sessions({ reads }: ConnectionParts): Promise<SessionsReply> {
  const { answers, ...age } = await reads.sessions.read()
  return { shards: answers, ...age }
}
