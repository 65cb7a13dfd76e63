/** Questions a second over all shards of a connection. */
const MAX_PER_S = 400
const MIN_PER_S = 20
/** A batch that takes longer than this says that the server has better things to do, ms. */
const SLOW_MS = 100

/** How often RG.GETEXECUTION may be asked: a token bucket of one second whose rate halves when answers are slow and grows back. */
export class DetailBudget {
  private rate = MAX_PER_S
  private tokens = MAX_PER_S
  private filledAt: number

  constructor(now: number) {
    this.filledAt = now
  }

  get perSecond(): number {
    return this.rate
  }

  /** How many of `wanted` may be asked now; they count as asked. */
  grantQuestions(wanted: number, now: number): number {
    this.tokens = Math.min(this.rate, this.tokens + ((now - this.filledAt) / 1000) * this.rate)
    this.filledAt = now
    const granted = Math.min(wanted, Math.floor(this.tokens))
    this.tokens -= granted
    return granted
  }

  /** Records how long a batch took, without the round trip. */
  adjustToBatchMs(ms: number): void {
    this.rate = ms > SLOW_MS ? Math.max(MIN_PER_S, Math.floor(this.rate / 2)) : Math.min(MAX_PER_S, this.rate + 20)
  }
}
