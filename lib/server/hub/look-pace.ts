/** A shard has at least so many times what a look costs it before it is asked again: looks are at most a tenth of its work. */
const COST_FACTOR = 10
/** However dear a look is, ms. */
const MAX_INTERVAL_MS = 5000
/** The quickest of so many looks tells what one costs: what the others took longer, they waited behind the shard's own work. */
const COST_LOOKS = 8

/** How often a shard may be looked at, learned from how long its looks take: a shard that is busy is not a shard for which looks are dear. */
export class LookPace {
  /** What the last looks cost the shard, ms; the latest is last. */
  private costs: readonly number[] = []
  private latency: number | null = null

  /** Of the last look, ms; null before there was one. */
  get latencyMs(): number | null {
    return this.latency
  }

  /** Tells how long a look took, and how much of it was the way there and back, ms. */
  took(ms: number, distanceMs = 0): void {
    this.latency = ms
    this.costs = [...this.costs, Math.max(0, ms - distanceMs)].slice(-COST_LOOKS)
  }

  /** From the start of one look to the start of the next, where `wanted` would do, ms. */
  intervalMs(wanted: number): number {
    const costMs = this.costs.length === 0 ? 0 : Math.min(...this.costs)
    return Math.max(wanted, Math.min(MAX_INTERVAL_MS, costMs * COST_FACTOR))
  }
}
