import { contract, MAX_BUNDLE_BYTES } from '@/lib/api/contract'
import { overriddenInWords } from '@/lib/server/actions/override'
import { judgeBundle } from '@/lib/server/actions/requirement-bundle'
import { readBytes } from '@/lib/server/request-body'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.requirements, async ({ runtime, params }) =>
  connectionNamed(runtime, params.connection).requirements(),
)

export const POST = route(contract.importRequirement, async ({ runtime, params, query, request, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  const file = await readBytes(request, {
    budget: runtime.bodies,
    maxBytes: MAX_BUNDLE_BYTES,
    contentType: 'application/octet-stream',
    judge: judgeBundle,
  })
  const overridden = overriddenInWords(query.override)
  audit({ after: overridden[0] ?? null })
  const reply = await connection.importRequirement(file, query.override)
  audit({ target: reply.name, after: [`SHA-256 ${reply.sha256}`, ...overridden].join(', ') })
  return reply
})
