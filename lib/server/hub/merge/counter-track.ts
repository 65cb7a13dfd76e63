import type { Counters } from '@gearboard/gears/vocabulary/registration'

/** Rates look back so far, ms: long enough to be calm, short enough to be current. */
const WINDOW_MS = 10_000

const FIELDS = ['triggered', 'success', 'failures', 'aborted'] as const

interface CounterPoint {
  /** Since the first poll, ms. */
  readonly at: number
  readonly counters: Counters
}

const minus = (a: Counters, b: Counters): Counters => ({
  triggered: a.triggered - b.triggered,
  success: a.success - b.success,
  failures: a.failures - b.failures,
  aborted: a.aborted - b.aborted,
})

const same = (a: Counters | undefined, b: Counters | undefined): boolean =>
  FIELDS.every((field) => a?.[field] === b?.[field])

/** The counters of one registration on one shard as polls saw them. They go back on reload and on CLEARREGISTRATIONSSTATS (protocol 3.6). */
export class CounterTrack {
  private points: CounterPoint[] = []
  /** Per second, to two decimals; undefined until two polls, and after a counter went back. */
  rates: Counters | undefined
  /** The last poll gave other rates than the one before. */
  ratesChanged = false

  /** @param sinceMs since the poll before. Growth since then; undefined at the first poll and where any counter went back */
  addCounters(sinceMs: number, counters: Counters): Counters | undefined {
    const last = this.points.at(-1)
    const at = last ? last.at + sinceMs : 0
    const growth = last && minus(counters, last.counters)
    const wentBack = growth !== undefined && FIELDS.some((field) => growth[field] < 0)
    this.points = [...(wentBack ? [] : this.points), { at, counters }]
    while (this.points.length > 2 && (this.points[0]?.at ?? at) < at - WINDOW_MS) this.points.shift()
    const rates = perSecond(this.points)
    this.ratesChanged = !same(rates, this.rates)
    this.rates = rates
    return wentBack ? undefined : growth
  }
}

function perSecond(points: readonly CounterPoint[]): Counters | undefined {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || last.at <= first.at) return undefined
  const seconds = (last.at - first.at) / 1000
  const growth = minus(last.counters, first.counters)
  const rate = (count: number) => Math.round((count / seconds) * 100) / 100
  return {
    triggered: rate(growth.triggered),
    success: rate(growth.success),
    failures: rate(growth.failures),
    aborted: rate(growth.aborted),
  }
}
