import {
  type Counters,
  type ShardRegistration,
  type StreamStatus,
  ZERO_COUNTERS,
} from '@gearboard/gears/vocabulary/registration'
import {
  type EarlierRuns,
  healthOf,
  NOTHING_RUN,
  type RegistrationHealth,
  type RunMemory,
  type RunsAt,
  rememberRuns,
  type ShardEvidence,
} from '@/lib/model/registrations/health'
import type { RegistrationObservation, SeenError } from '@/lib/model/registrations/registration-observation'

/** Moments kept to know how often it is usually triggered. */
const MOMENTS = 24
/** Fewer tell no rhythm. */
const RHYTHM_FROM = 8
/** Of what was gained over a longer time between two polls it is unknown when it happened, ms. */
const GAP_MS = 15 * 60_000
/** Runs that had started may still be counted for this long after a pause, ms. */
const PAUSE_GRACE_MS = 5000

interface RegistrationReading {
  readonly shard: string
  /** Our clock, ms. */
  readonly at: number
  /** Since this shard's previous poll, ms; null at the first one. */
  readonly sinceMs: number | null
  readonly registration: Pick<ShardRegistration, 'counters' | 'lastError' | 'durations'> & {
    readonly status?: StreamStatus | null
  }
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

/** What history knows of a registration that had runs before Gearboard looked. Each question is asked at most once. */
export interface RegistrationPast {
  /** Since when it fails without a success, ms; null if that is unknown. */
  failingSince(): number | null
  /** Its recent runs, oldest first. */
  recentRuns(): readonly RunsAt[]
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
  private runs: RunMemory = NOTHING_RUN
  private readonly shards = new Map<string, ShardEvidence>()
  private lastError: SeenError | null = null
  /** Our clock, ms: the first look, and the last. */
  private firstAt: number | undefined
  private lastAt = 0
  private recorded: readonly RunsAt[] | undefined

  constructor(private readonly past: RegistrationPast) {}

  /** @returns whether its runs now show something else, if only because time passed */
  observe(glance: RegistrationReading): boolean {
    const { shard, at, registration, growth, wentBack } = glance
    const paused = registration.status === 'PAUSED'
    const before = this.runs
    if (wentBack) {
      this.wentBackAt = at
      this.wentBackByUs = at <= (this.clearing.get(shard) ?? 0)
      this.clearing.delete(shard)
    }
    if (growth) this.grow(shard, at, growth)
    this.judgeError(glance)
    this.rememberRuns(glance)
    const fails = registration.lastError !== null && !paused && !this.pastErrors.has(shard)
    const now = fails ? this.failingNow(glance) : undefined
    if (now) this.failing.set(shard, now)
    else this.failing.delete(shard)
    if (!paused) {
      this.paused.delete(shard)
      this.triggeredWhilePaused = 0
    } else if (!this.paused.has(shard)) this.paused.set(shard, at)
    return this.runs !== before
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
    this.shards.delete(shard)
  }

  /** As of the last look. */
  get health(): RegistrationHealth {
    return this.healthOf([...this.shards.values()], this.runs)
  }

  /** Of its runs on one shard alone. */
  healthOn(shard: string): RegistrationHealth {
    const there = this.shards.get(shard)
    return there ? this.healthOf([there], there.runs) : 'unknown'
  }

  private healthOf(shards: readonly ShardEvidence[], runs: RunMemory): RegistrationHealth {
    return healthOf({ shards, runs, watchedMs: this.lastAt - (this.firstAt ?? this.lastAt), now: this.lastAt })
  }

  /** The last error that this shard holds is that of a run before later successes. */
  errorIsPast(shard: string): boolean {
    return this.pastErrors.has(shard)
  }

  get observation(): RegistrationObservation {
    const failing = [...this.failing.values()].toSorted((a, b) => a.since - b.since)
    const { since, recent, latest, percent } = this.runs
    return {
      healthSince: since,
      recent,
      recentSince: this.recorded?.[0]?.at ?? this.firstAt ?? null,
      latest,
      percent,
      lastError: this.lastError,
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
      const failingSince = this.past.failingSince()
      return { since: failingSince ?? at, forLonger: failingSince === null, inRow: null }
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

  private rememberRuns(glance: RegistrationReading): void {
    const { shard, at, sinceMs, registration, growth } = glance
    const { counters, status = null } = registration
    this.firstAt ??= at
    this.lastAt = at
    const before = this.shards.get(shard)
    const all = counters.success + counters.failures + counters.aborted
    const begins = before === undefined && growth === undefined
    if (begins && all > 0 && !this.recorded) {
      this.recorded = within(this.past.recentRuns(), counters)
      for (const { at: then, ...runs } of this.recorded) this.runs = rememberRuns(this.runs, then, runs)
    }
    const gained = growth && (sinceMs ?? 0) <= GAP_MS ? growth : ZERO_COUNTERS
    this.runs = rememberRuns(this.runs, at, gained)
    const ran = gained.success + gained.failures + gained.aborted > 0
    const earlier = begins ? earlierRuns(glance, all) : (before?.earlier ?? null)
    const waits = status === 'WAITING_FOR_RETRY_ON_FAILURE'
    // Between two attempts the status is OK: only a success ends the wait.
    const waitedSince = gained.success > 0 ? null : (before?.waitsSince ?? null)
    this.shards.set(shard, {
      status,
      runs: rememberRuns(before?.runs ?? NOTHING_RUN, at, gained),
      // What came since says more of its last run.
      earlier: ran && earlier ? { ...earlier, lastFailed: false } : earlier,
      waitsSince: waitedSince ?? (waits ? at : null),
    })
    this.rememberError(glance, begins)
  }

  private rememberError({ at, registration: { lastError: text }, growth }: RegistrationReading, begins: boolean): void {
    if (text === null) return
    if (growth && growth.failures > 0) this.lastError = { at, text }
    else if (begins && !this.lastError)
      this.lastError = { at: this.recorded?.findLast(({ failures }) => failures > 0)?.at ?? null, text }
  }

  private rhythm(): RegistrationObservation['rhythm'] {
    const gaps = this.moments.slice(1).map((moment, i) => moment - (this.moments[i] ?? moment))
    const usualMs = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]
    if (usualMs === undefined || gaps.length < RHYTHM_FROM) return null
    return { usualMs, longestMs: Math.max(...gaps) }
  }
}

function earlierRuns({ registration }: RegistrationReading, all: number): EarlierRuns {
  const { counters, durations, lastError } = registration
  // Only 1.0 measures no durations, and it keeps the last error after successes.
  const lastFailed = lastError === null ? false : durations === null ? null : true
  return { all, failed: counters.failures, lastFailed }
}

/** More runs than it counted: they are of another registration, which had its id before the server restarted. */
function within(recorded: readonly RunsAt[], counted: Counters): readonly RunsAt[] {
  const sum = (field: 'success' | 'failures') => recorded.reduce((all, runs) => all + runs[field], 0)
  return sum('success') <= counted.success && sum('failures') <= counted.failures ? recorded : []
}
