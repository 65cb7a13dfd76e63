import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const GET = route(contract.sources, async ({ runtime, params, query }) => {
  const { name, history } = connectionNamed(runtime, params.connection)
  const { store } = history
  // What was submitted a moment ago is on the list too.
  await store.flush()
  return store.sources({ connection: name, ...query })
})
