import type { ShardExecution } from './execution'
import type { GearsVersion } from './terms'
import { errorTexts } from './values'

type Plain = string | number | Plain[]

/** A shard's entry of RG.GETEXECUTION. It lists the steps in reverse order, without the reader. */
export function describe(execution: ShardExecution, shardId: string, version: GearsVersion): Plain[] {
  const { init, outcome, finished } = execution
  const known = finished ? outcome : undefined
  const steps = init.steps
    .map(([type, name, arg], index): Plain[] => [
      ...['type', type],
      ...['duration', execution.stepMs[index] ?? 0],
      ...['name', name],
      ...['arg', arg],
    ])
    .reverse()
  const plan: Plain[] = [
    ...['status', execution.status],
    ...['shards_received', execution.shardsReceived],
    ...['shards_completed', execution.shardsCompleted],
    ...['results', known ? known.results.length : -1],
  ]
  plan.push('errors', known ? errorTexts(known.errors, version) : [])
  plan.push('total_duration', Math.round(execution.totalMs), 'read_duration', execution.readMs, 'steps', steps)
  return ['shard_id', shardId, 'execution_plan', plan]
}
