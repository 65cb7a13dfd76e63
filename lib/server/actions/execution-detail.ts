import { RESULT_PAGE } from '@/lib/api/contract'
import { commands, GearsError, type Shard } from '@/lib/gears'
import type { ExecutionDetail, ExecutionPart } from '@/lib/model/execution'
import type { ResultValue } from '@/lib/model/value'
import type { Connection } from '../connection'
import { partOn } from '../hub/details'
import { type Entry, initiatorOf, isFinal, mergeExecution } from '../hub/merge-execution'
import { locateExecution } from './locate'
import { firstResults } from './results'

type Silent = ExecutionDetail['silent'][number]

/** Everything about one execution: asked of every master while one lists it, remembered afterwards. @throws Refusal, GearsError */
export async function executionDetail(connection: Connection, name: string): Promise<ExecutionDetail> {
  const entry = await locateExecution(connection, name)
  const { parts, silent } = await partsOf(connection, entry)
  for (const part of parts) connection.hub.report(entry.key, part.shard, part)
  const row = mergeExecution(entry, new Set(silent.map(({ shard }) => shard)))
  const shown = parts.length > 0 ? parts : [...entry.parts.values()].flatMap((part) => part.report ?? [])
  const results = await resultsOf(connection, entry)
  const { origin } = row
  const source = origin.kind === 'submission' ? connection.sources.get(origin.sourceId) : undefined
  return {
    ...row,
    results,
    resultCount: row.results,
    errors: shown.flatMap((part) => part.errors),
    parts: shown,
    silent,
    profiled: shown.some((part) => part.steps.some((step) => step.durationMs !== null)),
    source: source ? { script: source.script, requirements: source.requirements } : null,
  }
}

async function partsOf({ gears, hub }: Connection, entry: Entry) {
  const parts: ExecutionPart[] = []
  const silent: Silent[] = []
  const own = entry.key !== entry.id ? new Set(entry.parts.keys()) : undefined
  const shards = await mastersOrNone(gears)
  await Promise.all(
    // Under an ambiguous id the other shards would tell of another execution.
    shards
      .filter((shard) => own?.has(shard.key) ?? true)
      .map(async (shard) => {
        try {
          const part = await partOn(shard, entry.id)
          if (part) parts.push(part)
        } catch (error) {
          if (!(error instanceof GearsError)) throw error
          silent.push({ shard: shard.key, reason: error.message })
          const remembered = entry.parts.get(shard.key)?.report
          if (isFinal(remembered)) parts.push(remembered)
        }
      }),
  )
  const order = hub.feed.shardStates.map((shard) => shard.key)
  parts.sort((a, b) => order.indexOf(a.shard) - order.indexOf(b.shard))
  return { parts, silent }
}

/** None while nobody can be reached: what is remembered is shown all the same. */
async function mastersOrNone(gears: Connection['gears']): Promise<readonly Shard[]> {
  try {
    return await gears.shards()
  } catch (error) {
    if (error instanceof GearsError) return []
    throw error
  }
}

/** Null while it runs, and where its initiator no longer has it or does not answer. */
async function resultsOf({ gears }: Connection, entry: Entry): Promise<readonly ResultValue[] | null> {
  try {
    const { results } = await gears.onShard(initiatorOf(entry), commands.getResults, entry.id)
    return firstResults(results.slice(0, RESULT_PAGE))
  } catch (error) {
    if (error instanceof GearsError) return null
    throw error
  }
}
