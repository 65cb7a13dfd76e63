import { steadyMs } from '../clock'
import { Heap } from './keys/heap'

interface Timer {
  readonly at: number
  task: (() => void) | undefined
}

/** All timers of a shard on one Node timer, so that due ones can also run from inside Python, where Node's timers cannot fire. */
export class Timers {
  private readonly heap = new Heap<Timer>()
  private handle: NodeJS.Timeout | undefined
  private armedFor = Number.POSITIVE_INFINITY
  private cancelled = 0

  constructor(private readonly fired: () => void) {}

  addTimer(ms: number, task: () => void): { cancel(): void } {
    const timer: Timer = { at: steadyMs() + Math.max(0, ms), task }
    this.heap.push(timer)
    this.arm()
    return {
      cancel: () => {
        if (!timer.task) return
        timer.task = undefined
        this.cancelled += 1
        this.compact()
      },
    }
  }

  /** Runs the timers that are due; those added meanwhile wait for the next call. */
  run(): void {
    const now = steadyMs()
    const due: Timer[] = []
    for (let next = this.heap.peek(); next && next.at <= now; next = this.heap.peek()) {
      this.heap.pop()
      if (next.task) due.push(next)
      else this.cancelled -= 1
    }
    for (const timer of due) {
      const { task } = timer
      timer.task = undefined
      task?.()
    }
    this.arm()
  }

  private compact(): void {
    if (this.cancelled < 1000 || this.cancelled * 2 < this.heap.size) return
    this.heap.prune((timer) => timer.task !== undefined)
    this.cancelled = 0
  }

  private arm(): void {
    const next = this.heap.peek()?.at ?? Number.POSITIVE_INFINITY
    if (next === this.armedFor) return
    clearTimeout(this.handle)
    this.armedFor = next
    if (next === Number.POSITIVE_INFINITY) return
    this.handle = setTimeout(
      () => {
        this.armedFor = Number.POSITIVE_INFINITY
        this.fired()
      },
      Math.min(Math.ceil(next - steadyMs()), 2 ** 31 - 1),
    )
  }
}
