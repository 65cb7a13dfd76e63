import { GearsError } from '@gearboard/gears'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { z } from 'zod'
import type { TriggerReply, triggerBody } from '@/lib/api/contract/functions'
import { boundError } from '@/lib/model/executions/error-bounds'
import type { ConnectionParts } from '../connection/connection-parts'
import { answering } from './locate'
import { firstResults } from './results'
import { interruptedWait, refuseSilent, refuseSilentKey } from './silent'
import { refuseUnprovenReply } from './unproven-reply'

/** Fires a CommandReader registration. An error of the function is an answer; what keeps it from being asked is thrown. @throws GearsError, ApiRefusal while the shard that would answer is silent */
export async function trigger(
  connection: ConnectionParts,
  name: string,
  { args, key, override }: z.output<typeof triggerBody>,
): Promise<TriggerReply> {
  const { gears, hub } = connection
  if (key !== undefined) refuseSilentKey(connection, key, override)
  else if (answering(connection).size === 0) refuseSilent(connection, override)
  await refuseUnprovenReply(connection, name, override)
  const bytes = args.map((arg) => (typeof arg === 'string' ? arg : Buffer.from(arg.base64, 'base64')))
  const startedAt = steadyMs()
  try {
    const results = await (key === undefined ? gears.trigger(name, ...bytes) : gears.triggerOnKey(name, key, ...bytes))
    return {
      durationMs: Math.round(steadyMs() - startedAt),
      results: firstResults(results),
      resultCount: results.length,
    }
  } catch (error) {
    if (!(error instanceof GearsError && error.code === 'rejected')) throw error
    const interrupted = interruptedWait(error)
    if (interrupted) throw interrupted
    return { durationMs: Math.round(steadyMs() - startedAt), error: boundError(error.message) }
  } finally {
    await hub.pollNow()
  }
}
