import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.submit, async ({ runtime, params, body, who, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  audit({ target: body.description ?? body.id ?? null })
  const reply = await connection.submit(body, who)
  const became = reply.kind === 'finished' ? `finished: ${reply.outcome}` : reply.kind
  audit({ after: body.profiled ? `${became}, ProfileExecutions on for it` : became })
  return reply
})
