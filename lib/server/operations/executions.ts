import { type Gears, GearsError } from '@gearboard/gears'
import type { ExecutionPart, Outcome } from '@gearboard/gears/vocabulary/execution'
import type { Reached, TargetReply } from '@/lib/api/action-reply'
import { executionBlocked } from '@/lib/model/executions/execution-blocked'
import type { ConnectionParts } from '../connection/connection-parts'
import type { ApiRefusal } from '../errors'
import type { MergedExecution } from '../hub/merge/merge-execution'
import { isTerminal } from '../hub/merge/merge-execution'
import { partOn } from '../hub/poll/part-on'
import { changingSessions } from './changing-sessions'
import { answering } from './locate'
import type { Override } from './override'
import { eachOf, partial } from './partial'
import { type ExecutionTarget, executionInWords, noLonger, type SeenIdentities, seenExecutions } from './seen'
import { explainingSilence, refuseWhileSilent } from './silent'
import { throughOne } from './through-one'

/** The error of RG.ABORTEXECUTION for an id that some shard does not know (protocol 1.4). */
const UNKNOWN_TO_ABORT = 'execution does not exist'
const UNKNOWN_TO_DROP = /^execution plan does not exist$/

/**
 * Aborts on every shard; waits until running Python has stopped. Blocking runs, triggers, and on a cluster `async_local` executions answer
 * `execution does not exist` although it worked (protocol 11.3): what the shards say before and afterwards decides.
 * @throws GearsError, ApiRefusal `not_found`, `changed`, `partial` naming the shards that do not tell what became of it
 */
export const abortExecution = changingSessions(abort)

async function abort(
  connection: ConnectionParts,
  name: string,
  seen: SeenIdentities,
  override: Override = [],
): Promise<TargetReply> {
  const { gears, hub } = connection
  const targets = await seenExecutions(connection, name, seen, (row) => executionBlocked.abort(row) === undefined)
  refuseWhileSilent(connection, override)
  const [{ entry }] = targets
  const before = await lookFor(gears, entry.id, targets)
  const shards = [...before.keys()]
  const saying = (state: ShardSays) => shards.filter((shard) => before.get(shard) === state)
  const own = shards.filter((shard) => entry.parts.has(shard))
  const [asked] = [...saying('alive'), ...saying('over'), ...saying('silent')].filter((shard) => own.includes(shard))
  if (asked === undefined) throw noLonger(entry.id)
  let refusal: GearsError | undefined
  try {
    await explainingSilence(gears.abortExecution(entry.id, { shard: asked }))
  } catch (error) {
    if (!(error instanceof GearsError && error.message === UNKNOWN_TO_ABORT)) throw error
    refusal = error
  }
  const after = await lookFor(gears, entry.id, targets, (shard, part) => {
    for (const { entry } of targets) hub.report(entry.key, shard, part)
  })
  if (refusal && [...after.values()].includes('alive')) throw refusal
  for (const { entry } of targets) {
    const parts = [...entry.parts.keys()]
    // It was alive, we aborted it, and it left no trace: a blocking run or a trigger.
    if (parts.some((shard) => before.get(shard) === 'alive') && !parts.some((shard) => after.has(shard)))
      hub.decide(entry.key, 'aborted')
  }
  await hub.pollNow('executions')
  const silent = shards.filter((shard) => after.get(shard) === 'silent')
  if (silent.length > 0) throw notOn('Aborted', shards, silent, 'does not answer; it may still run there')
  return {
    shards,
    reached: targets.map((target) => ({ ...reachedOf(target), outcome: outcomeNow(connection, target) })),
  }
}

/** As the row says once its shards were asked again; one that left no trace was decided above. */
const outcomeNow = ({ hub }: ConnectionParts, { entry }: ExecutionTarget): Outcome =>
  hub.feed.executions.get(entry.key)?.outcome ?? 'unknown'

/** Forgets a finished execution on every shard. `by`: who asked for it. @throws GearsError, ApiRefusal `not_found`, `changed`, `partial` as above */
export const dropExecution = changingSessions(dropEverywhere)

async function dropEverywhere(
  connection: ConnectionParts,
  name: string,
  seen: SeenIdentities,
  by: string | null = null,
): Promise<TargetReply> {
  const targets = await seenExecutions(connection, name, seen, () => false)
  const [{ entry }] = targets
  const shards = listedOn(entry)
  connection.hub.dropping(entry.key, by)
  const drop = (shard: string) => connection.gears.dropExecution(entry.id, { shard })
  const quiet = new Set<string>()
  let known = false
  try {
    known = await throughOne(connection, shards, drop, UNKNOWN_TO_DROP, quiet)
  } finally {
    if (!known) {
      connection.hub.dropping(entry.key, undefined)
      await connection.hub.pollNow('executions')
    }
  }
  if (!known) throw noLonger(entry.id)
  const listing = () => {
    const now = answering(connection)
    return listedOn(entry).filter((shard) => now.has(shard) && !quiet.has(shard))
  }
  await connection.hub.settle(() => listing().length === 0, 'executions')
  const left = listing()
  if (left.length > 0) throw notOn('Dropped', shards, left, 'still lists it')
  const silent = listedOn(entry)
  if (silent.length > 0) throw notOn('Dropped', shards, silent, 'does not answer; it may still have it')
  return { shards, reached: targets.map(reachedOf) }
}

const reachedOf = ({ row }: ExecutionTarget): Reached => ({ key: row.key, name: executionInWords(row) })

const notOn = (done: string, all: readonly string[], failing: readonly string[], message: string): ApiRefusal =>
  partial(done, { taken: all.length - failing.length, of: all.length }, eachOf(failing, message))

const listedOn = (entry: MergedExecution): readonly string[] =>
  [...entry.parts].filter(([, part]) => part.listed).map(([shard]) => shard)

type ShardSays = 'alive' | 'over' | 'silent'

/** What each shard says of the id at this moment; those that do not know it any longer are left out. */
async function lookFor(
  gears: Gears,
  id: string,
  targets: readonly ExecutionTarget[],
  told: (shard: string, part: ExecutionPart) => void = () => undefined,
): Promise<ReadonlyMap<string, ShardSays>> {
  const found = new Map<string, ShardSays>()
  const shards = (await gears.shards()).filter(({ key }) => targets.some(({ entry }) => entry.parts.has(key)))
  await Promise.all(
    shards.map(async (shard) => {
      try {
        const part = await partOn(shard, id)
        if (!part) return
        found.set(shard.key, isTerminal(part.status) ? 'over' : 'alive')
        told(shard.key, part)
      } catch (error) {
        if (!(error instanceof GearsError)) throw error
        found.set(shard.key, 'silent')
      }
    }),
  )
  return found
}
