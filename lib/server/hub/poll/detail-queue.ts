import type { ExecutionQuestion } from '../merge/execution-store'

/** Per shard: beyond it the oldest questions are given up, so that churn piles up no work. */
const MAX_QUEUED = 20_000
/** How often an execution that is `done` without a result count is asked about before its outcome stays unknown. */
const MAX_TRIES = 10
const MINUTE_MS = 60_000

/**
 * Which ended executions to ask one shard about: those that a user ran before those that events fired, since a registration's counters do
 * not say how a run ended; within each group the newest first, since the oldest are evicted first. A question is asked once, and repeated
 * only while its answer is not final.
 */
export class DetailQueue {
  /** In both the newest is last. */
  private readonly run = new Map<string, ExecutionQuestion>()
  private readonly fired = new Map<string, ExecutionQuestion>()
  private readonly tries = new Map<string, number>()
  /** Taken, and not answered yet. */
  private readonly asked = new Set<string>()
  private skips: { readonly at: number; readonly count: number }[] = []

  /** Questions to be asked. */
  get size(): number {
    return this.run.size + this.fired.size
  }

  /** Questions without an answer yet: those to be asked, and those that are being asked. */
  get unanswered(): number {
    return this.size + this.asked.size
  }

  /** Brings the queue in line with what the shard's last list leaves open: executions that are gone from it can no longer be asked for. */
  offerQuestions(questions: readonly ExecutionQuestion[], at: number): void {
    const skipped = this.retainOpen(new Set(questions.map((question) => question.key))) + this.addQuestions(questions)
    if (skipped > 0) this.skips.push({ at, count: skipped })
    this.skips = this.skips.filter((skip) => skip.at > at - MINUTE_MS)
  }

  /** The most urgent questions, at most `count`. Call `settle` when they are answered, or will not be. */
  takeQuestions(count: number): ExecutionQuestion[] {
    const runs = this.takeNewest(this.run, count)
    return [...runs, ...this.takeNewest(this.fired, count - runs.length)]
  }

  settle(questions: readonly ExecutionQuestion[]): void {
    for (const { key } of questions) this.asked.delete(key)
  }

  skippedLastMinute(now: number): number {
    return this.skips.filter((skip) => skip.at > now - MINUTE_MS).reduce((total, skip) => total + skip.count, 0)
  }

  private takeNewest(line: Map<string, ExecutionQuestion>, count: number): ExecutionQuestion[] {
    if (count <= 0) return []
    const taken = [...line.values()].slice(-count).reverse()
    for (const { key } of taken) {
      line.delete(key)
      this.asked.add(key)
      this.tries.set(key, (this.tries.get(key) ?? 0) + 1)
    }
    return taken
  }

  private retainOpen(open: ReadonlySet<string>): number {
    let skipped = 0
    for (const line of [this.run, this.fired]) {
      for (const key of line.keys()) {
        if (open.has(key)) continue
        line.delete(key)
        if (!this.tries.has(key)) skipped++
      }
    }
    for (const key of this.tries.keys()) if (!open.has(key)) this.tries.delete(key)
    return skipped
  }

  private addQuestions(questions: readonly ExecutionQuestion[]): number {
    const added = questions.filter(
      ({ key }) =>
        (this.tries.get(key) ?? 0) < MAX_TRIES && !this.run.has(key) && !this.fired.has(key) && !this.asked.has(key),
    )
    // RG.DUMPEXECUTIONS is in hash order.
    for (const question of added.sort((a, b) => sequenceOf(a.id) - sequenceOf(b.id))) {
      const line = question.registered ? this.fired : this.run
      line.set(question.key, question)
    }
    return this.shorten(this.fired) + this.shorten(this.run)
  }

  private shorten(line: Map<string, ExecutionQuestion>): number {
    let skipped = 0
    for (const key of line.keys()) {
      if (this.size <= MAX_QUEUED) break
      line.delete(key)
      // The next list names it again; it must not be asked for then.
      this.tries.set(key, MAX_TRIES)
      skipped++
    }
    return skipped
  }
}

const sequenceOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1))
