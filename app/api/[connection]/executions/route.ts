import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.executions, async ({ runtime, params, query }) => {
  const connection = connectionNamed(runtime, params.connection)
  await connection.known()
  const { version, full, shards, executions } = connection.hub.feed.since(query.since)
  return { version, full, shards, executions: executions.upserts, removed: executions.removed }
})
