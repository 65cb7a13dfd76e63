import { steadyMs } from '@/lib/model/clock'
import { plural } from '@/lib/model/format'
import { isDamage, mayPass, wordsOf } from './history-error'
import type { Budget } from './lane'
import type { Writing } from './sqlite'

/** The longest that an entry waits while nothing hinders, ms. */
const FLUSH_MS = 250
/** After a failure, ms. */
const RETRY_MS = 1000
/** One batch: 2 to 3 ms of the event loop, 10 to 20 in the background. */
const BATCH = { entries: 300, chars: 400_000 } as const

/** What a lane is to the one who empties it. */
interface AnyLane {
  readonly intake: { readonly kind: string; readonly sql: string }
  readonly length: number
  readonly since: number | undefined
  draw(budget: Budget): string[]
  done(): void
  restore(): void
}

export interface RecorderEvents {
  /** The database is damaged: nothing can be written until `resume` gets another one. */
  damaged(error: unknown): void
  notice(words: string): void
}

/** Empties the lanes into the database, a batch after the other, in the background. */
export class Recorder {
  private timer: NodeJS.Timeout | undefined
  private draining: Promise<void> | undefined
  private closed = false
  dropped = 0
  entries = 0
  batches = 0
  lastMs = 0
  longestHoldMs = 0
  error: string | null = null

  /** @param lanes in the order in which they are served */
  constructor(
    private writing: Writing,
    private readonly lanes: readonly AnyLane[],
    private readonly events: RecorderEvents,
  ) {}

  get length(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.length, 0)
  }

  get since(): number | undefined {
    const times = this.lanes.flatMap((lane) => lane.since ?? [])
    return times.length > 0 ? Math.min(...times) : undefined
  }

  /** Something waits in a lane. */
  wake(): void {
    if (this.timer || this.draining || this.closed) return
    this.schedule(FLUSH_MS)
  }

  /** Writes what waits now. It says nothing of success: `error` does. */
  async flush(): Promise<void> {
    await this.draining
    await this.drain()
  }

  /** Goes on with another database. */
  resume(writing: Writing): void {
    this.writing = writing
    this.error = null
  }

  async close(): Promise<void> {
    await this.flush()
    this.closed = true
    clearTimeout(this.timer)
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.drain(), ms)
    // What waits is flushed by `close`: it need not keep the process alive.
    this.timer.unref()
  }

  private drain(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    this.draining ??= this.writeAll().finally(() => {
      this.draining = undefined
      if (this.length > 0 && !this.closed) this.schedule(this.error === null ? FLUSH_MS : RETRY_MS)
    })
    return this.draining
  }

  private async writeAll(): Promise<void> {
    while (this.length > 0) {
      if (!(await this.writeBatch())) return
    }
  }

  /** False: try again later. */
  private async writeBatch(): Promise<boolean> {
    const start = steadyMs()
    const budget: Budget = { ...BATCH }
    const batch = new Map<string, string>()
    const statements: string[] = []
    const drawn: AnyLane[] = []
    for (const lane of this.lanes) {
      const rows = lane.draw(budget)
      if (rows.length === 0) continue
      drawn.push(lane)
      batch.set(lane.intake.kind, `[${rows.join(',')}]`)
      statements.push(lane.intake.sql)
    }
    const count = BATCH.entries - budget.entries
    this.longestHoldMs = Math.max(this.longestHoldMs, steadyMs() - start)
    try {
      await this.writing.write(batch, statements.join(';\n'))
      for (const lane of drawn) lane.done()
      this.error = null
      this.entries += count
      this.batches++
      this.lastMs = steadyMs() - start
      return true
    } catch (error) {
      this.error = wordsOf(error)
      if (!mayPass(error)) {
        // A bug of ours: the batch would fail for ever, and hold up everything behind it.
        for (const lane of drawn) lane.done()
        this.dropped += count
        this.events.notice(
          `${plural(count, 'entry', 'entries')} could not be written to the history and ${count === 1 ? 'is' : 'are'} lost: ${wordsOf(error)}`,
        )
        return true
      }
      for (const lane of drawn) lane.restore()
      if (isDamage(error)) this.events.damaged(error)
      return false
    }
  }
}
