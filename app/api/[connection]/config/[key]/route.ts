import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const PUT = route(contract.setConfig, async ({ runtime, params, body, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  audit({ before: await connection.configInWords(params.key), after: body.value })
  return { shards: await connection.setConfig(params.key, body) }
})
