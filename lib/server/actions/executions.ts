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
 * `execution does not exist` although it worked (measured.md): what the shards say before and afterwards decides.
 * @throws GearsError, Refusal `not_found`
 */
export async function abortExecution(connection: Connection, name: string): Promise<ActionReply> {
  const { gears, hub } = connection
  const entry = await locateExecution(connection, name)
  const before = await lookFor(gears, entry)
  const shards = [...before.keys()]
  const asked = shards.find((shard) => before.get(shard) === 'alive') ?? shards[0]
  if (asked === undefined) throw gone(entry)
  let refusal: GearsError | undefined
  try {
    await gears.abortExecution(entry.id, { shard: asked })
  } catch (error) {
    if (!(error instanceof GearsError && error.message === UNKNOWN_TO_ABORT)) throw error
    refusal = error
  }
  const after = await lookFor(gears, entry)
  if (refusal && [...after.values()].includes('alive')) throw refusal
  // It was alive, we aborted it, and it left no trace: a blocking run or a trigger.
  if (after.size === 0 && [...before.values()].includes('alive')) hub.decide(entry.key, 'aborted')
  await hub.nudge()
  return { shards }
}

/** Forgets a finished execution on every shard. `by`: who asked for it. @throws GearsError, Refusal `not_found` */
export async function dropExecution(connection: Connection, name: string, by: string | null): Promise<ActionReply> {
  const entry = await locateExecution(connection, name)
  const shards = listedOn(entry)
  const [holder] = shards
  if (holder === undefined) throw gone(entry)
  connection.hub.dropping(entry.key, by)
  try {
    await connection.gears.dropExecution(entry.id, { shard: holder })
  } catch (error) {
    connection.hub.dropping(entry.key, undefined)
    await connection.hub.nudge()
    if (error instanceof GearsError && error.message === UNKNOWN_TO_DROP) throw gone(entry)
    throw error
  }
  await connection.hub.settle(() => listedOn(entry).length === 0)
  return { shards }
}

const listedOn = (entry: Entry): readonly string[] =>
  [...entry.parts].filter(([, part]) => part.listed).map(([shard]) => shard)

const gone = ({ id }: Entry): Refusal =>
  new Refusal('not_found', `No shard holds the execution ${id} any more; what is shown of it is remembered.`)

/** The shards that know it at this moment. One that does not answer is left out: the command itself will tell. */
async function lookFor(gears: Gears, entry: Entry): Promise<ReadonlyMap<string, 'alive' | 'over'>> {
  const found = new Map<string, 'alive' | 'over'>()
  const shards = (await gears.shards()).filter((shard) => entry.parts.has(shard.key))
  await Promise.all(
    shards.map(async (shard) => {
      try {
        const part = await partOn(shard, entry.id)
        if (part) found.set(shard.key, isTerminal(part.status) ? 'over' : 'alive')
      } catch (error) {
        if (!(error instanceof GearsError)) throw error
      }
    }),
  )
  return found
}
