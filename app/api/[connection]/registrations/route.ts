import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.registrations, async ({ runtime, params, query }) => {
  const connection = connectionNamed(runtime, params.connection)
  await connection.known()
  const { version, full, shards, registrations } = connection.hub.feed.since(query.since)
  return { version, full, shards, registrations: registrations.upserts, removed: registrations.removed }
})
