import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { plural } from '@gearboard/gears/vocabulary/text'
import { isDamage, mayPass, wordsOf } from '../history-error'
import type { Budget } from './lane'
import type { Writing } from './sqlite'

/** The longest that an entry waits while nothing hinders, ms. */
const FLUSH_MS = 250
/** After a failure, ms. */
const RETRY_MS = 1000
/** One batch: 2 to 3 ms of the event loop, 10 to 20 in the background. */
const BATCH = { entries: 300, chars: 400_000 } as const

/** The part of a lane that the batch writer uses. */
interface AnyLane {
  readonly intake: { readonly kind: string; readonly sql: string }
  readonly length: number
  readonly since: number | undefined
  takeBatch(budget: Budget): string[]
  unwritten(): Iterable<unknown>
  finishBatch(): void
  restoreBatch(): void
}

export interface Lanes {
  /** What people did: served first, and synced. */
  readonly acts: readonly AnyLane[]
  /** What Gearboard saw, in the order in which it is served. */
  readonly observations: readonly AnyLane[]
}

export interface BatchEvents {
  /** Nothing could be written, and it is retried; null: writing works again. Called once for each reason. */
  failing(error: unknown): void
  /** The database is damaged: nothing can be written until `resume` gets another one. */
  damaged(error: unknown): void
  notice(words: string): void
}

/** A row that could not be written. */
export interface Unwritten {
  readonly kind: string
  readonly row: unknown
}

/** Empties the lanes into the database, a batch after the other, in the background. */
export class BatchWriter {
  private timer: NodeJS.Timeout | undefined
  private draining: Promise<void> | undefined
  private settling: Promise<void> | undefined
  /** One batch after the other: a lane knows one that is on its way. */
  private tail: Promise<unknown> = Promise.resolve()
  private readonly all: readonly AnyLane[]
  private closed = false
  dropped = 0
  entries = 0
  batches = 0
  lastMs = 0
  longestHoldMs = 0
  /** Of the last batch; null: it was written. */
  error: unknown = null

  constructor(
    private readonly writing: Writing,
    private readonly lanes: Lanes,
    private readonly events: BatchEvents,
  ) {
    this.all = [...lanes.acts, ...lanes.observations]
  }

  get length(): number {
    return this.all.reduce((sum, lane) => sum + lane.length, 0)
  }

  get since(): number | undefined {
    const times = this.all.flatMap((lane) => lane.since ?? [])
    return times.length > 0 ? Math.min(...times) : undefined
  }

  /** Something waits in a lane. */
  wake(): void {
    if (this.timer || this.draining || this.closed) return
    this.schedule(this.error === null ? FLUSH_MS : RETRY_MS)
  }

  /** Writes the acts that wait, synced. @throws what keeps them from it: they continue waiting, where that may pass */
  settle(): Promise<void> {
    // Those who come before the batch is taken share it.
    this.settling ??= this.next(async () => {
      this.settling = undefined
      while (this.lanes.acts.some(({ length }) => length > 0)) await this.writeBatch(this.lanes.acts)
    })
    return this.settling
  }

  /** Writes what waits now. It says nothing of success: `error` does. */
  async flush(): Promise<void> {
    await this.draining
    await this.drain()
  }

  /** `writing` now leads to another database: the last error is obsolete. */
  resume(): void {
    this.recovered()
    this.wake()
  }

  async close(): Promise<void> {
    await this.flush()
    this.closed = true
    clearTimeout(this.timer)
  }

  /** What waits still, what people did first. */
  *unwritten(): Generator<Unwritten> {
    for (const lane of this.all) for (const row of lane.unwritten()) yield { kind: lane.intake.kind, row }
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
      try {
        // Between two batches acts are settled.
        await this.next(() => this.writeBatch(this.all))
      } catch (error) {
        if (mayPass(error)) return
      }
    }
  }

  private next<T>(job: () => Promise<T>): Promise<T> {
    const done = this.tail.then(job)
    this.tail = done.catch(() => undefined)
    return done
  }

  /** @throws what the database says: where it may pass, the batch waits again; otherwise it is lost */
  private async writeBatch(lanes: readonly AnyLane[]): Promise<void> {
    const start = steadyMs()
    const budget: Budget = { ...BATCH }
    const batch = new Map<string, string>()
    const statements: string[] = []
    const taken: AnyLane[] = []
    try {
      for (const lane of lanes) {
        const rows = lane.takeBatch(budget)
        if (rows.length === 0) continue
        taken.push(lane)
        batch.set(lane.intake.kind, `[${rows.join(',')}]`)
        statements.push(lane.intake.sql)
      }
    } catch (error) {
      this.failed(error, taken, BATCH.entries - budget.entries)
      throw error
    }
    if (taken.length === 0) return
    const count = BATCH.entries - budget.entries
    this.longestHoldMs = Math.max(this.longestHoldMs, steadyMs() - start)
    const synced = taken.some((lane) => this.lanes.acts.includes(lane))
    try {
      await this.writing.write(batch, statements.join(';\n'), synced ? 'synced' : 'written')
    } catch (error) {
      this.failed(error, taken, count)
      throw error
    }
    for (const lane of taken) lane.finishBatch()
    this.entries += count
    this.batches++
    this.lastMs = steadyMs() - start
    this.recovered()
  }

  private failed(error: unknown, taken: readonly AnyLane[], count: number): void {
    const before = this.error
    this.error = error
    if (!mayPass(error)) {
      // A bug of ours: the batch would fail forever, and block everything after it.
      for (const lane of taken) lane.finishBatch()
      this.dropped += count
      this.events.notice(
        `${plural(count, 'entry', 'entries')} could not be written to the history and ${count === 1 ? 'is' : 'are'} lost: ${wordsOf(error)}`,
      )
      return
    }
    for (const lane of taken) lane.restoreBatch()
    if (isDamage(error)) this.events.damaged(error)
    else if (before === null || wordsOf(before) !== wordsOf(error)) this.events.failing(error)
  }

  private recovered(): void {
    const before = this.error
    this.error = null
    if (before !== null && mayPass(before) && !isDamage(before)) this.events.failing(null)
  }
}
