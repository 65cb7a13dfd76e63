import { steadyMs } from '../clock'
import type { ShardApi } from '../core'
import type { AtomicLock } from './server-lock'

/** How long queued executions may follow one another before clients get a turn, ms. */
const SLICE_MS = 5

/**
 * DefaultPool. Its threads are places on the one stack: an execution starts on top of a running one when that serves, up to
 * `threads` deep, and the lower goes on when the upper has left the thread.
 */
export class Pool {
  private readonly ready: Worker[] = []
  private active = 0
  private scheduled = false

  constructor(
    private readonly shard: ShardApi,
    private readonly lock: AtomicLock,
    private readonly threads: number,
  ) {}

  /** A queue of its own: its tasks run in order, one at a time. */
  worker(): Worker {
    return new Worker((worker) => this.submit(worker))
  }

  private submit(worker: Worker): void {
    this.ready.push(worker)
    this.schedule()
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.shard.later(() =>
      this.lock.whenFree(() => {
        this.scheduled = false
        this.pump()
      }),
    )
  }

  private pump(): void {
    const end = steadyMs() + SLICE_MS
    while (this.active < this.threads && this.ready.length > 0) {
      if (steadyMs() > end) break
      const worker = this.ready.shift()
      // It may stay on the stack: what else is ready starts on top of it then.
      if (this.ready.length > 0) this.schedule()
      this.active += 1
      try {
        worker?.runOne()
      } finally {
        this.active -= 1
      }
    }
    // Clients have their turn; and what was queued while this level was full starts as soon as a place is free.
    if (this.ready.length > 0 && this.active < this.threads) this.schedule()
  }
}

export class Worker {
  private readonly tasks: (() => void)[] = []
  private queued = false

  constructor(private readonly submit: (worker: Worker) => void) {}

  add(task: () => void): void {
    this.tasks.push(task)
    if (this.queued) return
    this.queued = true
    this.submit(this)
  }

  runOne(): void {
    this.tasks.shift()?.()
    if (this.tasks.length > 0) this.submit(this)
    else this.queued = false
  }
}
