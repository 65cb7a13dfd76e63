import { UNPROVEN_REPLY } from '@gearboard/gears/vocabulary/result-safety'
import { inspectText } from '@/lib/functions/python/lint'
import { provesTrigger } from '@/lib/functions/python/text-results'
import { UNPROVEN_OVERRIDE } from '@/lib/model/executions/withheld'
import type { ConnectionParts } from '../connection/connection-parts'
import { parsePython } from '../connection/parse-python'
import { type Override, refuseUnlessOverridden } from './override'

/**
 * Before RG.TRIGGER, whose reply carries what the function returned: it may crash the server unless that was made text.
 * RG.DUMPREGISTRATIONS includes no plan, so the script is the proof, if it was sent through Gearboard. A name that no shard lists, looked
 * at just now, is sent: nothing runs. @throws ApiRefusal `invalid_request`
 */
export async function refuseUnprovenReply(
  connection: ConnectionParts,
  trigger: string,
  override: Override,
): Promise<void> {
  // The embedded RedisGears has an error of its own for every value that it cannot send.
  if (override.includes(UNPROVEN_OVERRIDE) || connection.hub.feed.connection.embedded) return
  await connection.hub.pollNow('registrations')
  const those = [...connection.hub.feed.registrations.values()].filter(
    (one) => one.reader === 'CommandReader' && one.args.trigger === trigger,
  )
  // 1.0 makes its sessions up.
  const named = connection.hub.found?.generation === '1.2'
  const proven = those.every(({ id, privateData }) => {
    const script = connection.sources.scriptOf({ id, session: (named && privateData?.session) || null })
    return script !== undefined && provesTrigger(inspectText(script, parsePython).script, trigger)
  })
  refuseUnlessOverridden(proven ? undefined : UNPROVEN_REPLY, UNPROVEN_OVERRIDE, override)
}
