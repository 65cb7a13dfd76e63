import { Timers } from './timers'

/** The turns of a shard: of Node's event loop, or of `serve` while Python has the thread and Node's loop cannot run. */
export class Loop {
  private readonly timers = new Timers(() => this.turn(() => this.timers.run()))
  private readonly tasks: (() => void)[] = []
  private scheduled = false

  /** `ended` is called after each turn, `failed` with an exception of a turn or task. */
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

  /** Runs `task` after the current one. */
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
    return this.timers.addTimer(ms, task)
  }

  runTimers(): void {
    this.timers.run()
  }

  runTasks(): void {
    // A task that runs Python may call `serve`, which takes over the tasks queued behind it.
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
