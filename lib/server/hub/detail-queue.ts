import type { Question } from './ledger'

/** Per shard: beyond it the oldest questions are given up, so that churn piles up no work. */
const MAX_QUEUED = 20_000
/** An execution that is `done` without a result count is asked again so often, then left unknown. */
const MAX_TRIES = 10
const MINUTE_MS = 60_000

/**
 * Which ended executions to ask one shard about, newest first: they are what people look at, and the oldest are evicted first.
 * A question is asked once, and again only while its answer is not final.
 */
export class DetailQueue {
  /** The newest is last. */
  private readonly waiting = new Map<string, Question>()
  private readonly tries = new Map<string, number>()
  private skips: { readonly at: number; readonly count: number }[] = []

  get size(): number {
    return this.waiting.size
  }

  /** Brings the queue in line with what the shard's last list leaves open: executions that are gone from it can no longer be asked for. */
  offer(questions: readonly Question[], at: number): void {
    const skipped = this.retain(new Set(questions.map((question) => question.key))) + this.add(questions)
    if (skipped > 0) this.skips.push({ at, count: skipped })
    this.skips = this.skips.filter((skip) => skip.at > at - MINUTE_MS)
  }

  /** The newest questions, at most `count`. */
  take(count: number): Question[] {
    if (count <= 0) return []
    const taken = [...this.waiting.values()].slice(-count).reverse()
    for (const { key } of taken) {
      this.waiting.delete(key)
      this.tries.set(key, (this.tries.get(key) ?? 0) + 1)
    }
    return taken
  }

  skippedLastMinute(now: number): number {
    return this.skips.filter((skip) => skip.at > now - MINUTE_MS).reduce((total, skip) => total + skip.count, 0)
  }

  private retain(open: ReadonlySet<string>): number {
    let skipped = 0
    for (const key of this.waiting.keys()) {
      if (open.has(key)) continue
      this.waiting.delete(key)
      if (!this.tries.has(key)) skipped++
    }
    for (const key of this.tries.keys()) if (!open.has(key)) this.tries.delete(key)
    return skipped
  }

  private add(questions: readonly Question[]): number {
    const added = questions.filter(({ key }) => (this.tries.get(key) ?? 0) < MAX_TRIES && !this.waiting.has(key))
    // RG.DUMPEXECUTIONS is in hash order.
    for (const question of added.sort((a, b) => sequenceOf(a.id) - sequenceOf(b.id))) {
      this.waiting.set(question.key, question)
    }
    let skipped = 0
    for (const key of this.waiting.keys()) {
      if (this.waiting.size <= MAX_QUEUED) break
      this.waiting.delete(key)
      // The next list names it again: not to be asked for all the same.
      this.tries.set(key, MAX_TRIES)
      skipped++
    }
    return skipped
  }
}

const sequenceOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1))
