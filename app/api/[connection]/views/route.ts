import { contract } from '@/lib/api/contract'
import { saveView } from '@/lib/server/actions/views'
import { Tally } from '@/lib/server/history'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.views, async ({ runtime, params, query }) => {
  const { name, history } = connectionNamed(runtime, params.connection)
  const tally = new Tally()
  return { views: history.store.views(name, query.page, tally), ...tally.told }
})

export const POST = route(contract.saveView, async ({ runtime, params, body, who, audit }) => {
  audit({ target: body.name, after: `${body.page}?${body.query}` })
  return saveView(connectionNamed(runtime, params.connection), body, who)
})
