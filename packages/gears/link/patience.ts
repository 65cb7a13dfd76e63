/** A reply is late if it takes this many times as long as recent replies. */
const FACTOR = 4
/** How much each answer moves what is usual here. */
const WEIGHT = 1 / 4
/** The limit of a distant server is at most this multiple of a near server's, and at most `MOST_MS`. */
const MOST_TIMES = 10
const MOST_MS = 30_000

/**
 * How long to wait for one answer of a server: a limit that adapts to how far away the server is. A server that answers slowly because it
 * is far away is no failure; one that stops answering is noticed as soon as on a near connection, or after four times its usual round trip.
 */
export class Patience {
  private readonly base: number
  /** Smoothed, ms; null before the first answer. */
  private usual: number | null = null
  /** Of this connection, ms: distance without the server's own work. */
  private quickest: number | null = null

  /** @param base the limit for a near server, ms */
  constructor(base: number) {
    this.base = base
  }

  /** The limit for one answer, ms. */
  get ms(): number {
    const most = Math.max(this.base, Math.min(MOST_MS, MOST_TIMES * this.base))
    return Math.round(Math.min(most, Math.max(this.base, FACTOR * (this.usual ?? 0))))
  }

  /** The round trip without the server's work, as far as it was measured, ms. */
  get distanceMs(): number {
    return this.quickest ?? 0
  }

  /** A new connection: the way may be another. @param handshakeMs its first round trip */
  connected(handshakeMs: number): void {
    this.quickest = handshakeMs
    this.usual = handshakeMs
  }

  answered(ms: number): void {
    this.quickest = Math.min(ms, this.quickest ?? ms)
    this.usual = this.usual === null ? ms : this.usual + WEIGHT * (ms - this.usual)
  }
}
