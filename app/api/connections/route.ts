import { wallMs } from '@gearboard/gears/vocabulary/clock'
import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const GET = route(contract.connections, async ({ runtime }) => ({
  connections: [...runtime.connections.values()].map(({ hub }) => hub.feed.connection),
  at: wallMs(),
}))
