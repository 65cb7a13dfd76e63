import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.checkScript, async ({ runtime, params, body, audit }) => {
  const verdict = await connectionNamed(runtime, params.connection).checkScript(body.script)
  audit({ after: verdict.kind === 'ok' ? 'Python reads it' : `${verdict.type}: ${verdict.message}` })
  return verdict
})
