import type { Counters, ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import type { RegistrationObservation } from '@/lib/model/registrations/registration-observation'

/** Moments kept to know how often it is usually triggered. */
const MOMENTS = 24
/** Fewer tell no rhythm. */
const RHYTHM_FROM = 8
/** Runs that had started may still be counted for this long after a pause, ms. */
const PAUSE_GRACE_MS = 5000

interface RegistrationReading {
  readonly shard: string
  /** Our clock, ms. */
  readonly at: number
  readonly registration: Pick<ShardRegistration, 'lastError' | 'durations'> & { readonly status?: string | null }
  /** Since this shard's previous poll, or since it began; undefined where that was not seen, and where a counter went back. */
  readonly growth: Counters | undefined
  readonly wentBack: boolean
}

/** The last finished run on a shard failed, as far as is known. */
interface Failing {
  /** Our clock, ms. */
  readonly since: number
  /** It did already when we first looked. */
  readonly forLonger: boolean
  /** Failed runs since the last success that was seen; null: it failed before Gearboard counted. */
  readonly inRow: number | null
}

/** One registration over time, over all shards: what its counters did, and when. */
export class RegistrationObserver {
  private readonly failing = new Map<string, Failing>()
  /** Shards whose last error is older than a success that was seen: 1.0 keeps it anyway (protocol 3.6). */
  private readonly pastErrors = new Set<string>()
  private readonly paused = new Map<string, number>()
  private failedAt: number | null = null
  private wentBackAt: number | null = null
  private wentBackByUs = false
  /** Shards whose counters were asked to be cleared by us and have not gone back yet, and until when that is expected, ms. */
  private readonly clearing = new Map<string, number>()
  private triggeredWhilePaused = 0
  private moments: number[] = []

  /** @param remembered since when it fails, for one that fails when it is first seen, as far as history knows */
  constructor(private readonly remembered: () => number | null) {}

  observe(glance: RegistrationReading): void {
    const { shard, at, registration, growth, wentBack } = glance
    const paused = registration.status === 'PAUSED'
    if (wentBack) {
      this.wentBackAt = at
      this.wentBackByUs = at <= (this.clearing.get(shard) ?? 0)
      this.clearing.delete(shard)
    }
    if (growth) this.grow(shard, at, growth)
    this.judgeError(glance)
    const fails = registration.lastError !== null && !paused && !this.pastErrors.has(shard)
    const now = fails ? this.failingNow(glance) : undefined
    if (now) this.failing.set(shard, now)
    else this.failing.delete(shard)
    if (!paused) {
      this.paused.delete(shard)
      this.triggeredWhilePaused = 0
    } else if (!this.paused.has(shard)) this.paused.set(shard, at)
  }

  /**
   * A user clears the statistics through Gearboard.
   * @param until our clock, ms: later, a counter goes back for another reason
   */
  cleared(shards: Iterable<string>, until: number): void {
    for (const shard of shards) this.clearing.set(shard, until)
  }

  /** The shard does not know it any longer. */
  lost(shard: string): void {
    this.failing.delete(shard)
    this.pastErrors.delete(shard)
    this.paused.delete(shard)
  }

  /** The last error that this shard holds is that of a run before later successes. */
  errorIsPast(shard: string): boolean {
    return this.pastErrors.has(shard)
  }

  get observation(): RegistrationObservation {
    const failing = [...this.failing.values()].toSorted((a, b) => a.since - b.since)
    return {
      failingSince: failing[0]?.since ?? null,
      failingForLonger: failing[0]?.forLonger ?? false,
      failedInRow: failing.reduce<number | null>(
        (sum, { inRow }) => (sum === null || inRow === null ? null : sum + inRow),
        0,
      ),
      failedAt: this.failedAt,
      triggeredAt: this.moments.at(-1) ?? null,
      rhythm: this.rhythm(),
      wentBackAt: this.wentBackAt,
      wentBackByUs: this.wentBackByUs,
      triggeredWhilePaused: this.triggeredWhilePaused,
    }
  }

  /** From 1.2 on a success clears the error, so an error that is present is current. 1.0 measures no durations: that identifies it. */
  private judgeError({ shard, registration, growth }: RegistrationReading): void {
    const keepsErrors = registration.durations === null && registration.lastError !== null
    if (!keepsErrors || (growth && growth.failures > 0)) this.pastErrors.delete(shard)
    else if (growth && growth.success > 0) this.pastErrors.add(shard)
  }

  private failingNow({ shard, at, growth }: RegistrationReading): Failing {
    const before = this.failing.get(shard)
    if (!growth) {
      if (before) return { ...before, inRow: null }
      // It failed before Gearboard polled, at least on this shard.
      const remembered = this.remembered()
      return { since: remembered ?? at, forLonger: remembered === null, inRow: null }
    }
    // A single poll does not tell the order, only that the last run failed.
    if (!before || growth.success > 0)
      return { since: at, forLonger: false, inRow: growth.success > 0 ? 1 : Math.max(1, growth.failures) }
    return { ...before, inRow: before.inRow === null ? null : before.inRow + growth.failures }
  }

  private grow(shard: string, at: number, { triggered, failures }: Counters): void {
    if (failures > 0) this.failedAt = at
    if (triggered === 0) return
    const pausedAt = this.paused.get(shard)
    if (pausedAt !== undefined && at - pausedAt > PAUSE_GRACE_MS) this.triggeredWhilePaused += triggered
    // Where the clock was set back, moments ahead of it show no rhythm.
    const before = this.moments.filter((moment) => moment <= at)
    if (before.at(-1) !== at) this.moments = [...before.slice(1 - MOMENTS), at]
  }

  private rhythm(): RegistrationObservation['rhythm'] {
    const gaps = this.moments.slice(1).map((moment, i) => moment - (this.moments[i] ?? moment))
    const usualMs = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]
    if (usualMs === undefined || gaps.length < RHYTHM_FROM) return null
    return { usualMs, longestMs: Math.max(...gaps) }
  }
}
