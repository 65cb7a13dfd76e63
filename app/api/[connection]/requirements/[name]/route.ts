import { contract } from '@/lib/api/contract'
import { bundleResponse } from '@/lib/server/bundle-response'
import { guarded } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = guarded(contract.exportRequirement, async ({ runtime, params, headers, session }) =>
  bundleResponse(
    await connectionNamed(runtime, params.connection).exportRequirement(params.name),
    headers,
    session?.ended,
  ),
)
