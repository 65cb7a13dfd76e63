import { type Shard, toResultValue } from '@gearboard/gears'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import { resultSafety } from '@gearboard/gears/vocabulary/result-safety'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { RESULT_PAGE } from '@/lib/api/contract/executions'
import { keepNewest } from '@/lib/server/keep-newest'
import type { ExecutionQuestion } from '../merge/execution-store'
import type { DetailBudget } from './detail-budget'
import type { DetailQueue } from './detail-queue'
import type { ResultReader } from './read-results'

/** Ended executions that wait; beyond it the oldest are left out. */
const MAX_QUEUED = 500
/** RG.GETRESULTS returns all records or none: larger results are not read ahead. */
export const MOST_RECORDS = 100
/** What counts as large, characters, and how long none is read after one that is, ms: replies share the connection with the polls. */
const LARGE_CHARS = 256_000
const PAUSE_MS = 10_000

type AskedShard = Pick<Shard, 'key' | 'send' | 'distanceMs'>

/** Which ended executions' results to read for the history, though no user opens them: with the budget that the details leave. */
export class ResultQueue {
  private readonly waiting = new Map<string, ExecutionQuestion>()
  private pausedUntil = 0
  private asking = false

  /** @param part what the shard that has its results reported about it */
  offerResults(question: ExecutionQuestion, part: ExecutionPart): void {
    const records = part.results ?? 0
    if (records < 1 || records > MOST_RECORDS || resultSafety(part) === 'unproven') return
    this.waiting.set(question.key, question)
    keepNewest(this.waiting, MAX_QUEUED)
  }

  get size(): number {
    return this.waiting.size
  }

  /** Reads one after the other, the newest first, until there is none, the budget is used up, or one was large. */
  async ask(
    { shard, queue }: { readonly shard: AskedShard; readonly queue: Pick<DetailQueue, 'size'> },
    { budget, reader }: { readonly budget: DetailBudget; readonly reader: Pick<ResultReader, 'read'> },
    answered: (key: string, results: readonly ResultValue[]) => void,
  ): Promise<void> {
    if (this.asking) return
    this.asking = true
    try {
      while (queue.size === 0 && steadyMs() >= this.pausedUntil) {
        const question = budget.grantQuestions(Math.min(1, this.size), steadyMs()) > 0 ? this.takeNewest() : undefined
        if (!question) return
        const startedAt = steadyMs()
        const results = await resultsOn(reader, shard, question.id)
        budget.adjustToBatchMs(steadyMs() - startedAt - shard.distanceMs)
        if (!results) continue
        if (JSON.stringify(results).length > LARGE_CHARS) this.pausedUntil = steadyMs() + PAUSE_MS
        answered(question.key, results)
      }
    } finally {
      this.asking = false
    }
  }

  private takeNewest(): ExecutionQuestion | undefined {
    const newest = [...this.waiting.values()].at(-1)
    if (newest) this.waiting.delete(newest.key)
    return newest
  }
}

/** Undefined: it left, the shard does not answer, or nothing proves that they can be read without harm. */
async function resultsOn(
  reader: Pick<ResultReader, 'read'>,
  shard: AskedShard,
  id: string,
): Promise<readonly ResultValue[] | undefined> {
  const read = await reader.read(shard, id)
  return 'values' in read ? read.values.slice(0, RESULT_PAGE).map(toResultValue) : undefined
}
