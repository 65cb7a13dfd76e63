/** Polling takes at most one part in this many of a server's time. */
const SHARE = 33
/** What a first answer says of its cost may be a server that was busy: it is asked again sooner. */
const FIRST_SHARE = 10
const SURE_ANSWERS = 3
/** However costly an answer is, ms. */
const MAX_INTERVAL_MS = 600_000
/** The fastest of this many replies shows what one costs: the rest of the time the others waited for the server's own work. */
const COST_ANSWERS = 8
/** What costs more is asked for alone, and on a connection of its own, ms. */
const COSTLY_MS = 100

interface Answer {
  readonly ms: number
  readonly size: number
}

/** Lists that differ by fewer cost much the same. */
const SMALL = 100

const isAlike = (a: number, b: number): boolean => Math.max(a, b) + SMALL <= 2 * (Math.min(a, b) + SMALL)

/** How often something may be asked, learned from how long its answers take: a server that is busy is not one for which they are costly. */
export class PollPace {
  /** The latest is last. */
  private answers: readonly Answer[] = []

  /**
   * Records how long a reply took, and how much of that was the round trip, ms.
   * @param size how much it reported: the cost of a reply less than half as long says nothing any more
   */
  addAnswer(ms: number, distanceMs = 0, size = 0): void {
    const alike = this.answers.filter((before) => isAlike(before.size, size))
    this.answers = [...alike, { ms: Math.max(0, ms - distanceMs), size }].slice(-COST_ANSWERS)
  }

  /** What an answer costs the server, ms; null before there was one. */
  get costMs(): number | null {
    return this.answers.length === 0 ? null : Math.min(...this.answers.map(({ ms }) => ms))
  }

  get isCostly(): boolean {
    return (this.costMs ?? 0) > COSTLY_MS
  }

  /** From the start of one question to the start of the next, where `wanted` would do, ms. */
  intervalMs(wanted: number): number {
    const share = this.answers.length < SURE_ANSWERS ? FIRST_SHARE : SHARE
    return Math.max(wanted, Math.min(MAX_INTERVAL_MS, (this.costMs ?? 0) * share))
  }
}
