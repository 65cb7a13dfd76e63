import { steadyMs } from '@/lib/model/clock'

/** Runs one shard's polls, one at a time: a slow shard delays nobody but itself. */
export class ShardPoller {
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined
  private startedAt = 0
  private stopped = false

  constructor(
    private readonly poll: () => Promise<void>,
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

  /** Resolves when a poll that began after this call has ended. */
  async fresh(): Promise<void> {
    await this.running
    if (this.stopped) return
    // Others may have waited for the same poll and begun the next: that one is fresh for us too.
    await (this.running ?? this.run())
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.run(), Math.max(0, ms))
  }

  private run(): Promise<void> {
    clearTimeout(this.timer)
    this.startedAt = steadyMs()
    this.running ??= this.poll().finally(() => {
      this.running = undefined
      if (!this.stopped) this.schedule(this.startedAt + this.interval() - steadyMs())
    })
    return this.running
  }
}
