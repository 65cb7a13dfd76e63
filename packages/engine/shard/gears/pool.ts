import { steadyMs } from '../../clock'
import type { ShardApi } from '../core'
import type { AtomicLock } from './atomic-lock'

/** How long queued executions may run one after another before clients get a turn, ms. */
const SLICE_MS = 5

/**
 * DefaultPool. Its threads are levels on the one stack: an execution may start on top of another that serves, up to `threads` deep. The
 * lower one continues when the upper one has left the thread.
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

  /** A queue of its own, whose tasks run in order, one at a time. */
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
      // The task may stay on the stack, so other ready tasks start on top of it.
      if (this.ready.length > 0) this.schedule()
      this.active += 1
      try {
        worker?.runOne()
      } finally {
        this.active -= 1
      }
    }
    // Clients get a turn. Tasks that were queued while this level was full start when a level is free.
    if (this.ready.length > 0 && this.active < this.threads) this.schedule()
  }
}

export class Worker {
  private readonly tasks: (() => void)[] = []
  private queued = false

  constructor(private readonly submit: (worker: Worker) => void) {}

  addTask(task: () => void): void {
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
