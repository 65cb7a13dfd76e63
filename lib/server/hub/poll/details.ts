import { commands, GearsError } from '@gearboard/gears'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import type { ExecutionQuestion } from '../merge/execution-store'
import type { DetailBudget } from './detail-budget'
import { partOn } from './part-on'
import type { PolledShard } from './polled-shard'

/** Questions sent at once. */
const BATCH = 32

/** Which shards are being asked, so that a slow one is not asked twice at a time. */
const asking = new WeakMap<PolledShard, Promise<void>>()

/** Asks a shard about the executions in its queue, as far as the budget goes; resolves when the queue is empty or the budget is. */
export function askDetails(
  polled: PolledShard,
  budget: DetailBudget,
  answered: (key: string, part: ExecutionPart) => void,
): Promise<void> {
  const running = asking.get(polled)
  if (running) return running
  const run = drain(polled, budget, answered).finally(() => asking.delete(polled))
  asking.set(polled, run)
  return run
}

async function drain(polled: PolledShard, budget: DetailBudget, answered: (key: string, part: ExecutionPart) => void) {
  while (polled.queue.size > 0 && !polled.deniedCommands.isDenied(commands.getExecution.name)) {
    const questions = polled.queue.takeQuestions(budget.grantQuestions(Math.min(BATCH, polled.queue.size), steadyMs()))
    // The next poll continues, with a fuller budget.
    if (questions.length === 0) return
    const startedAt = steadyMs()
    try {
      const answers = await Promise.all(questions.map((question) => ask(polled, question)))
      budget.adjustToBatchMs(steadyMs() - startedAt - polled.shard.distanceMs)
      for (const answer of answers) if (answer) answered(answer.key, answer.part)
      // The shard does not answer: its next poll reports why.
      if (answers.includes(undefined)) return
    } finally {
      polled.queue.settle(questions)
    }
  }
}

/** Null: the shard no longer knows it. Undefined: it did not answer. */
async function ask(polled: PolledShard, { key, id }: ExecutionQuestion) {
  try {
    const part = await partOn(polled.shard, id)
    return part ? { key, part } : null
  } catch (error) {
    if (!(error instanceof GearsError)) throw error
    polled.deniedCommands.noteDenial(commands.getExecution.name, error)
    return undefined
  }
}
