import { contract } from '@/lib/api/contract'
import { Tally } from '@/lib/server/history'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.historyErrors, async ({ runtime, params, query }) => {
  const { name, history } = connectionNamed(runtime, params.connection)
  const { limit = 50 } = query
  // One more than asked for tells that there are more.
  const tally = new Tally()
  const groups = history.store.errorGroups({ connection: name, ...query, limit: limit + 1 }, tally)
  return { groups: groups.slice(0, limit), more: groups.length + tally.unreadable > limit, ...tally.told }
})
