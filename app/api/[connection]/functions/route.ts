import { contract } from '@/lib/api/contract'
import { submit } from '@/lib/server/actions/submit'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.submit, async ({ runtime, params, body }) =>
  submit(connectionNamed(runtime, params.connection), body),
)
