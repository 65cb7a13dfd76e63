import { contract } from '@/lib/api/contract'
import { EVENT_COMMAND, firedInWords } from '@/lib/model/trigger/injection'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.injectEvent, async ({ runtime, params, body, audit }) => {
  audit({ target: body.key, before: EVENT_COMMAND[body.type] })
  const report = await connectionNamed(runtime, params.connection).injectEvent(body)
  audit({ after: firedInWords(report) })
  return report
})
