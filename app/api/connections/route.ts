import { contract } from '@/lib/api/contract'
import { wallMs } from '@/lib/model/clock'
import { route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const GET = route(contract.connections, async ({ runtime }) => ({
  connections: [...runtime.connections.values()].map(({ hub }) => hub.feed.connection),
  at: wallMs(),
}))
