import { steadyMs } from '@gearboard/gears/vocabulary/clock'

export interface Rate {
  /** For as long as one likes. */
  readonly perSecond: number
  /** At once, after a rest. */
  readonly burst: number
}

interface TokenBucket {
  readonly tokens: number
  /** Steady clock, ms. */
  readonly at: number
}

/** Clients remembered at a time; the one that has asked nothing for the longest is forgotten first. */
const MOST_CLIENTS = 10_000

/** Counts requests by client: each has a bucket of tokens that fills up by itself, and a request takes one out. */
export class RateLimit {
  private readonly buckets = new Map<string, TokenBucket>()

  constructor(
    private readonly rate: Rate,
    private readonly now: () => number = steadyMs,
  ) {}

  /** Counts a request of a client. @returns 0 where it may pass, else the whole seconds after which the next one may */
  take(client: string): number {
    const { perSecond, burst } = this.rate
    const at = this.now()
    const known = this.buckets.get(client)
    const tokens = known ? Math.min(burst, known.tokens + ((at - known.at) * perSecond) / 1000) : burst
    const passes = tokens >= 1
    // The one that asked last is at the end.
    this.buckets.delete(client)
    this.buckets.set(client, { tokens: passes ? tokens - 1 : tokens, at })
    if (this.buckets.size > MOST_CLIENTS) this.forgetOldest()
    return passes ? 0 : Math.ceil((1 - tokens) / perSecond)
  }

  private forgetOldest(): void {
    const { value, done } = this.buckets.keys().next()
    if (!done) this.buckets.delete(value)
  }
}
