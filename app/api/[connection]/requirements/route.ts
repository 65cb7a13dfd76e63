import { contract, MAX_BUNDLE_BYTES } from '@/lib/api/contract'
import { readBytes } from '@/lib/server/request-body'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.requirements, async ({ runtime, params }) => ({
  shards: await connectionNamed(runtime, params.connection).requirements(),
}))

export const POST = route(contract.importRequirement, async ({ runtime, params, request }) => {
  const connection = connectionNamed(runtime, params.connection)
  return connection.importRequirement(await readBytes(request, MAX_BUNDLE_BYTES, 'application/octet-stream'))
})
