import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.submit, async ({ runtime, params, body }) =>
  connectionNamed(runtime, params.connection).submit(body),
)
