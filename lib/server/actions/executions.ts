import type { ActionReply } from '@/lib/api/contract'
import { type Gears, GearsError } from '@/lib/gears'
import type { Connection } from '../connection'
import { Refusal } from '../errors'
import { partOn } from '../hub/details'
import type { Entry } from '../hub/merge-execution'
import { isTerminal } from '../hub/merge-execution'
import { locateExecution } from './locate'

/** The words of RG.ABORTEXECUTION for an id that some shard does not know (protocol 1.4). */
const UNKNOWN_TO_ABORT = 'execution does not exist'
const UNKNOWN_TO_DROP = 'execution plan does not exist'

/**
 * Aborts on every shard; waits until running Python has stopped. Blocking runs, triggers, and on a cluster `async_local` executions answer
 * `execution does not exist` although it worked (measured.md): what the shards say afterwards decides.
 * @throws GearsError, Refusal `not_found`
 */
export async function abortExecution(connection: Connection, name: string): Promise<ActionReply> {
  const entry = await locateExecution(connection, name)
  const { hub } = connection
  const before = await unfinishedOn(connection, entry)
  const shards = listedOn(entry)
  const [asked] = before.length > 0 ? before : shards
  if (asked === undefined) throw gone(entry)
  try {
    await connection.gears.abortExecution(entry.id, { shard: asked })
  } catch (error) {
    if (!(error instanceof GearsError && error.message === UNKNOWN_TO_ABORT)) throw error
    const still = await unfinishedOn(connection, entry)
    if (still.length > 0) throw error
    if (before.length === 0 && listedOn(entry).length === 0) throw gone(entry)
  }
  await hub.nudge()
  // A blocking run that was alive just before and left no trace was ended by us.
  if (before.length > 0 && listedOn(entry).length === 0 && ![...entry.parts.values()].some((part) => part.report)) {
    hub.decide(entry.key, 'aborted')
  }
  return { shards }
}

/** Forgets a finished execution on every shard. @throws GearsError, Refusal `not_found` */
export async function dropExecution(connection: Connection, name: string): Promise<ActionReply> {
  const entry = await locateExecution(connection, name)
  const shards = listedOn(entry)
  const [holder] = shards
  if (holder === undefined) throw gone(entry)
  try {
    await connection.gears.dropExecution(entry.id, { shard: holder })
  } catch (error) {
    await connection.hub.nudge()
    if (error instanceof GearsError && error.message === UNKNOWN_TO_DROP) throw gone(entry)
    throw error
  }
  await connection.hub.nudge()
  return { shards }
}

const listedOn = (entry: Entry): readonly string[] =>
  [...entry.parts].filter(([, part]) => part.listed).map(([shard]) => shard)

const gone = ({ id }: Entry): Refusal =>
  new Refusal('not_found', `No shard holds the execution ${id} any more; what is shown of it is remembered.`)

/** The shards on which it is alive at this moment. A shard that does not answer is none: the abort itself will tell. */
async function unfinishedOn({ gears }: { readonly gears: Gears }, entry: Entry): Promise<readonly string[]> {
  const shards = (await gears.shards()).filter((shard) => entry.parts.has(shard.key))
  const alive = await Promise.all(
    shards.map(async (shard) => {
      try {
        const part = await partOn(shard, entry.id)
        return part && !isTerminal(part.status) ? [shard.key] : []
      } catch (error) {
        if (error instanceof GearsError) return []
        throw error
      }
    }),
  )
  return alive.flat()
}
