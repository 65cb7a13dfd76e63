import { contract } from '@/lib/api/contract'
import { overriddenInWords } from '@/lib/server/actions/override'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.trigger, async ({ runtime, params, body, audit }) => {
  const [overridden] = overriddenInWords(body.override)
  if (overridden !== undefined) audit({ after: overridden })
  const reply = await connectionNamed(runtime, params.connection).trigger(params.name, body)
  if ('error' in reply) audit({ outcome: 'failed', error: reply.error })
  return reply
})
