import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { ListName } from './shard-snapshot'

/** Runs one shard's polls, one at a time: a slow shard delays only itself. */
export class ShardPoller {
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined
  private startedAt = 0
  private stopped = false
  /** What the next poll is waited for. */
  private wanted: Set<ListName> | undefined

  constructor(
    /** `fresh`: an earlier poll's report is not enough. `anew`: lists that are polled however costly they are. */
    private readonly poll: (fresh: boolean, anew: readonly ListName[]) => Promise<void>,
    /** Asked after each poll, ms from the start of one to the start of the next. */
    private readonly interval: () => number,
  ) {}

  start(): void {
    this.schedule(0)
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  /** The interval may have become shorter. */
  hurry(): void {
    if (!this.running && !this.stopped) this.schedule(this.startedAt + this.interval() - steadyMs())
  }

  /** Resolves when a poll that began after this call has ended and reported these lists. */
  async fresh(...anew: readonly ListName[]): Promise<void> {
    this.wanted = new Set([...(this.wanted ?? []), ...anew])
    await this.running
    if (this.stopped) return
    // Other callers may have waited for the same poll and started the next: that one is fresh for this caller too.
    await (this.running ?? this.run())
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.run(), Math.max(0, ms))
  }

  private run(): Promise<void> {
    clearTimeout(this.timer)
    if (this.running) return this.running
    this.startedAt = steadyMs()
    const { wanted } = this
    this.wanted = undefined
    this.running = this.poll(wanted !== undefined, [...(wanted ?? [])]).finally(() => {
      this.running = undefined
      if (!this.stopped) this.schedule(this.startedAt + this.interval() - steadyMs())
    })
    return this.running
  }
}
