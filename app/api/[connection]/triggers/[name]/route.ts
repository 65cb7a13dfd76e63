import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.trigger, async ({ runtime, params, body, audit }) => {
  if (body.override.length > 0) audit({ after: `overridden: ${body.override.join(', ')}` })
  const reply = await connectionNamed(runtime, params.connection).trigger(params.name, body)
  if ('error' in reply) audit({ outcome: 'failed', error: reply.error })
  return reply
})
