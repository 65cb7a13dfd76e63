import { addCounters, ZERO_COUNTERS } from '@gearboard/gears/vocabulary/registration'
import { plural } from '@gearboard/gears/vocabulary/text'
import { contract } from '@/lib/api/contract'
import { route } from '@/lib/server/route'
import { connectionNamed } from '@/lib/server/runtime'

export const dynamic = 'force-dynamic'

export const POST = route(contract.clearStatistics, async ({ runtime, params, body, audit }) => {
  const connection = connectionNamed(runtime, params.connection)
  await connection.known()
  const registrations = [...connection.hub.feed.registrations.values()]
  const total = registrations.reduce((sum, { counters }) => addCounters(sum, counters), ZERO_COUNTERS)
  audit({
    target: plural(registrations.length, 'registration'),
    before: `${total.triggered} triggered, ${total.success} success, ${total.failures} failures, ${total.aborted} aborted`,
  })
  return connection.clearStatistics(body.seen, body.override)
})
