import type { Counters, ShardRegistration } from '@/lib/model/registration'
import type { RegistrationObservation } from '@/lib/model/registration-observation'

/** Moments kept to know how often it is usually triggered. */
const MOMENTS = 24
/** Fewer tell no rhythm. */
const RHYTHM_FROM = 8
/** What had begun may still be counted for so long after a pause, ms. */
const PAUSE_GRACE_MS = 5000

interface Glance {
  readonly shard: string
  /** Our clock, ms. */
  readonly at: number
  readonly registration: Pick<ShardRegistration, 'lastError'> & { readonly status?: string | null }
  /** Since the look before at this shard, or its beginning; undefined where nobody saw that, and where a counter went back. */
  readonly growth: Counters | undefined
  readonly wentBack: boolean
}

/** One registration over time, over all shards: what its counters did, and when. */
export class RegistrationWatch {
  private readonly failing = new Map<string, number>()
  private readonly paused = new Map<string, number>()
  private forLonger = false
  private failedInRow: number | null = 0
  private failedAt: number | null = null
  private wentBackAt: number | null = null
  private triggeredWhilePaused = 0
  private moments: number[] = []

  /** @param remembered since when it fails, for one that fails when it is first seen, as far as anybody remembers */
  constructor(private readonly remembered: () => number | null) {}

  look({ shard, at, registration, growth, wentBack }: Glance): void {
    const paused = registration.status === 'PAUSED'
    const fails = registration.lastError !== null && !paused
    if (wentBack) this.wentBackAt = at
    if (growth) this.grow(shard, at, growth)
    else if (fails && !this.failing.has(shard)) {
      // It failed before anybody looked, at least on this shard.
      const remembered = this.remembered()
      this.failedInRow = null
      this.failing.set(shard, remembered ?? at)
      this.forLonger = remembered === null
    }
    if (!fails) this.failing.delete(shard)
    else if (!this.failing.has(shard)) this.failing.set(shard, at)
    if (this.failing.size === 0) {
      this.forLonger = false
      this.failedInRow = 0
    }
    if (!paused) {
      this.paused.delete(shard)
      this.triggeredWhilePaused = 0
    } else if (!this.paused.has(shard)) this.paused.set(shard, at)
  }

  /** The shard does not know it any more. */
  lost(shard: string): void {
    this.failing.delete(shard)
    this.paused.delete(shard)
  }

  get told(): RegistrationObservation {
    return {
      failingSince: this.failing.size > 0 ? Math.min(...this.failing.values()) : null,
      failingForLonger: this.forLonger,
      failedInRow: this.failedInRow,
      failedAt: this.failedAt,
      triggeredAt: this.moments.at(-1) ?? null,
      rhythm: this.rhythm(),
      wentBackAt: this.wentBackAt,
      triggeredWhilePaused: this.triggeredWhilePaused,
    }
  }

  private grow(shard: string, at: number, { triggered, success, failures }: Counters): void {
    if (success > 0) {
      this.failedInRow = 0
      // 1.0 keeps the last error through a success.
      this.failing.delete(shard)
      if (this.failing.size === 0) this.forLonger = false
    }
    if (failures > 0) {
      this.failedAt = at
      if (this.failedInRow !== null) this.failedInRow += failures
    }
    if (triggered === 0) return
    const pausedAt = this.paused.get(shard)
    if (pausedAt !== undefined && at - pausedAt > PAUSE_GRACE_MS) this.triggeredWhilePaused += triggered
    // Where the clock was set back, what lies ahead of it tells no rhythm.
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
