import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'

/** Observations that count: the live feed brings one every few seconds. */
const KEPT = 6
/** A change of the offset that every page has to hear of at once, ms. */
const JUMP_MS = 1000

/**
 * Gearboard's clock as this browser knows it. Every moment that the API reports is by that clock, so ages are counted by it too: the browser's
 * own may be an hour off, or be set while the page is open. Built on a steady clock; until the feed has reported the time, the browser's own.
 */
export class ServerClock {
  /** Server's time minus ours. Reports arrive late and never early, so the largest is nearest to the truth. */
  private offsets: number[] = []
  private readonly listeners = new Set<() => void>()

  /**
   * @param steady ms of the steady clock.
   * @param wall ms since the epoch
   */
  constructor(
    private readonly steady: () => number = steadyMs,
    private readonly wall: () => number = wallMs,
  ) {}

  /** ms since the epoch. */
  now(): number {
    return this.offsets.length === 0 ? this.wall() : this.steady() + Math.max(...this.offsets)
  }

  /** The server's clock shows `at`, ms since the epoch, and said so just now. */
  observe(at: number): void {
    const before = this.now()
    this.offsets = [...this.offsets.slice(1 - KEPT), at - this.steady()]
    if (Math.abs(this.now() - before) >= JUMP_MS) for (const listener of this.listeners) listener()
  }

  /** Calls back when the time jumps, until the function returned is called. */
  onJump(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

export const serverClock = new ServerClock()
