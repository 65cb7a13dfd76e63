import type { ShardApi } from '../core'

/** Makes Python code atomic: while the lock is held, neither writes of other clients nor other executions run. */
export class AtomicLock {
  private depth = 0
  private waiting: (() => void)[] = []

  constructor(private readonly shard: ShardApi) {}

  acquire(): void {
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
    this.acquire()
    try {
      return task()
    } finally {
      this.release()
    }
  }

  /** Runs `task` immediately, or after the lock was released. For Python code that nothing on the stack waits for. */
  whenFree(task: () => void): void {
    if (this.depth > 0) this.waiting.push(task)
    else task()
  }
}
