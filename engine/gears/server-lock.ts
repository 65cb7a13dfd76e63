import type { ShardApi } from '../core'

/** The server lock as Gears takes it: what holds it is atomic, so neither other clients' writes nor other executions come between. */
export class AtomicLock {
  private depth = 0
  private waiting: (() => void)[] = []

  constructor(private readonly shard: ShardApi) {}

  take(): void {
    this.depth += 1
    this.shard.lock()
  }

  release(): void {
    this.depth -= 1
    this.shard.unlock()
    if (this.depth > 0 || this.waiting.length === 0) return
    for (const task of this.waiting.splice(0)) this.shard.later(() => this.whenFree(task))
  }

  hold<T>(task: () => T): T {
    this.take()
    try {
      return task()
    } finally {
      this.release()
    }
  }

  /** At once, or after the lock was released: for Python that nobody waits for on the stack. */
  whenFree(task: () => void): void {
    if (this.depth > 0) this.waiting.push(task)
    else task()
  }
}
