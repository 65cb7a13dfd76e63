import { contract, MAX_BUNDLE_BYTES } from '@/lib/api/contract'
import { readBytes } from '@/lib/server/request-body'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.requirements, async ({ runtime, params }) => ({
  shards: await connectionNamed(runtime, params.connection).requirements(),
}))

export const POST = route(contract.importRequirement, async ({ runtime, params, request, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  const reply = await connection.importRequirement(
    await readBytes(request, MAX_BUNDLE_BYTES, 'application/octet-stream'),
  )
  audit({ target: reply.name, after: `SHA-256 ${reply.sha256}` })
  return reply
})
