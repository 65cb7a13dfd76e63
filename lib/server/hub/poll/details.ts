import { commands, GearsError } from '@gearboard/gears'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import type { Question } from '../merge/ledger'
import type { DetailBudget } from './detail-budget'
import { partOn } from './part-on'
import type { ShardWatch } from './shard-watch'

/** Questions sent at once. */
const BATCH = 32

/** Which shards are being asked, so that a slow one is not asked twice at a time. */
const asking = new WeakMap<ShardWatch, Promise<void>>()

/** Asks a shard about the executions in its queue, as far as the budget goes; resolves when the queue is empty or the budget is. */
export function askDetails(
  watch: ShardWatch,
  budget: DetailBudget,
  answered: (key: string, part: ExecutionPart) => void,
): Promise<void> {
  const running = asking.get(watch)
  if (running) return running
  const run = drain(watch, budget, answered).finally(() => asking.delete(watch))
  asking.set(watch, run)
  return run
}

async function drain(watch: ShardWatch, budget: DetailBudget, answered: (key: string, part: ExecutionPart) => void) {
  while (watch.queue.size > 0 && !watch.refusals.stands(commands.getExecution.name)) {
    const questions = watch.queue.take(budget.take(Math.min(BATCH, watch.queue.size), steadyMs()))
    // The next poll goes on, with a fuller budget.
    if (questions.length === 0) return
    const startedAt = steadyMs()
    const answers = await Promise.all(questions.map((question) => ask(watch, question)))
    budget.took(steadyMs() - startedAt - watch.shard.distanceMs)
    for (const answer of answers) if (answer) answered(answer.key, answer.part)
    // The shard does not answer: its next poll tells why.
    if (answers.includes(undefined)) return
  }
}

/** Null: the shard no longer knows it. Undefined: it did not answer. */
async function ask(watch: ShardWatch, { key, id }: Question) {
  try {
    const part = await partOn(watch.shard, id)
    return part ? { key, part } : null
  } catch (error) {
    if (!(error instanceof GearsError)) throw error
    watch.refusals.note(commands.getExecution.name, error)
    return undefined
  }
}
