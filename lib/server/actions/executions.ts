import type { ActionReply } from '@/lib/api/contract'
import { type Gears, GearsError } from '@/lib/gears'
import type { ConnectionParts } from '../connection-parts'
import { Refusal } from '../errors'
import { partOn } from '../hub/details'
import type { Entry } from '../hub/merge-execution'
import { isTerminal } from '../hub/merge-execution'
import { answering, locateExecution } from './locate'
import { eachOf, partial } from './partial'
import { throughOne } from './through-one'

/** The words of RG.ABORTEXECUTION for an id that some shard does not know (protocol 1.4). */
const UNKNOWN_TO_ABORT = 'execution does not exist'
const UNKNOWN_TO_DROP = /^execution plan does not exist$/

/**
 * Aborts on every shard; waits until running Python has stopped. Blocking runs, triggers, and on a cluster `async_local` executions answer
 * `execution does not exist` although it worked (measured.md): what the shards say before and afterwards decides.
 * @throws GearsError, Refusal `not_found`, `partial` naming the shards that do not tell what became of it
 */
export async function abortExecution(connection: ConnectionParts, name: string): Promise<ActionReply> {
  const { gears, hub } = connection
  const entry = await locateExecution(connection, name)
  const before = await lookFor(gears, entry)
  const shards = [...before.keys()]
  const saying = (state: Sight) => shards.filter((shard) => before.get(shard) === state)
  const [asked] = [...saying('alive'), ...saying('over'), ...saying('silent')]
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
  if (after.size === 0 && saying('alive').length > 0) hub.decide(entry.key, 'aborted')
  await hub.nudge()
  const silent = shards.filter((shard) => after.get(shard) === 'silent')
  if (silent.length > 0) throw notOn('Aborted', shards, silent, 'does not answer; it may run there still')
  return { shards }
}

/** Forgets a finished execution on every shard. `by`: who asked for it. @throws GearsError, Refusal `not_found`, `partial` as above */
export async function dropExecution(
  connection: ConnectionParts,
  name: string,
  by: string | null,
): Promise<ActionReply> {
  const entry = await locateExecution(connection, name)
  const shards = listedOn(entry)
  if (shards.length === 0) throw gone(entry)
  connection.hub.dropping(entry.key, by)
  const drop = (shard: string) => connection.gears.dropExecution(entry.id, { shard })
  let known = false
  try {
    known = await throughOne(connection, shards, drop, UNKNOWN_TO_DROP)
  } finally {
    if (!known) {
      connection.hub.dropping(entry.key, undefined)
      await connection.hub.nudge()
    }
  }
  if (!known) throw gone(entry)
  const listing = () => {
    const now = answering(connection)
    return listedOn(entry).filter((shard) => now.has(shard))
  }
  await connection.hub.settle(() => listing().length === 0)
  const left = listing()
  if (left.length > 0) throw notOn('Dropped', shards, left, 'lists it still')
  const silent = listedOn(entry)
  if (silent.length > 0) throw notOn('Dropped', shards, silent, 'does not answer; it may hold it still')
  return { shards }
}

const notOn = (done: string, all: readonly string[], failing: readonly string[], message: string): Refusal =>
  partial(done, { taken: all.length - failing.length, of: all.length }, eachOf(failing, message))

const listedOn = (entry: Entry): readonly string[] =>
  [...entry.parts].filter(([, part]) => part.listed).map(([shard]) => shard)

const gone = ({ id }: Entry): Refusal =>
  new Refusal('not_found', `No shard holds the execution ${id} any more; what is shown of it is remembered.`)

type Sight = 'alive' | 'over' | 'silent'

/** What each shard says of it at this moment; those that do not know it any more are left out. */
async function lookFor(gears: Gears, entry: Entry): Promise<ReadonlyMap<string, Sight>> {
  const found = new Map<string, Sight>()
  const shards = (await gears.shards()).filter((shard) => entry.parts.has(shard.key))
  await Promise.all(
    shards.map(async (shard) => {
      try {
        const part = await partOn(shard, entry.id)
        if (part) found.set(shard.key, isTerminal(part.status) ? 'over' : 'alive')
      } catch (error) {
        if (!(error instanceof GearsError)) throw error
        found.set(shard.key, 'silent')
      }
    }),
  )
  return found
}
