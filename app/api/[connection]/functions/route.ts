import { contract } from '@/lib/api/contract'
import { overriddenInWords } from '@/lib/server/actions/override'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.submit, async ({ runtime, params, body, who, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  const overridden = overriddenInWords(body.override)
  // Said whatever comes of it.
  audit({ target: body.description ?? body.id ?? null, after: overridden[0] ?? null })
  const reply = await connection.submit(body, who)
  const became = reply.kind === 'finished' ? `finished: ${reply.outcome}` : reply.kind
  const profiled = body.profiled ? ['ProfileExecutions on for it'] : []
  audit({ after: [became, ...profiled, ...overridden].join(', ') })
  return reply
})
