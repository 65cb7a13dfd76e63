import { contract } from '@/lib/api/contract'
import { Tally } from '@/lib/server/history'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.historyRegistrations, async ({ runtime, params }) => {
  const { name, history } = connectionNamed(runtime, params.connection)
  const tally = new Tally()
  return { registrations: history.store.registrations(name, tally), ...tally.told }
})
