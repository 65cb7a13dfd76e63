import { Timers } from './timers'

/** A shard's turns: of Node's event loop, or of `serve` while Python has the thread and Node's loop stands still. */
export class Loop {
  private readonly timers = new Timers(() => this.turn(() => this.timers.run()))
  private readonly tasks: (() => void)[] = []
  private scheduled = false

  /** `ended` is called after each turn, `failed` with what a turn or a task threw. */
  constructor(
    private readonly hooks: {
      readonly ended: () => void
      readonly settled: () => void
      readonly failed: (what: string, error: unknown) => void
    },
  ) {}

  turn(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.hooks.failed('internal error', error)
    }
    this.hooks.ended()
  }

  /** Runs `task` after what runs now. */
  later(task: () => void): void {
    this.tasks.push(task)
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.turn(() => this.runTasks())
    })
  }

  timer(ms: number, task: () => void): { cancel(): void } {
    return this.timers.add(ms, task)
  }

  runTimers(): void {
    this.timers.run()
  }

  runTasks(): void {
    // One that runs Python may serve, and what was queued behind it is then its turn's.
    for (let left = this.tasks.length; left > 0; left--) {
      try {
        this.tasks.shift()?.()
      } catch (error) {
        this.hooks.failed('a task failed', error)
      }
    }
    this.hooks.settled()
  }
}
