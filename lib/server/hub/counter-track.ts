import type { Counters } from '@/lib/model/registration'

/** Rates look back so far, ms: long enough to be calm, short enough to be current. */
const WINDOW_MS = 10_000

const FIELDS = ['triggered', 'success', 'failures', 'aborted'] as const

const minus = (a: Counters, b: Counters): Counters => ({
  triggered: a.triggered - b.triggered,
  success: a.success - b.success,
  failures: a.failures - b.failures,
  aborted: a.aborted - b.aborted,
})

/** The counters of one registration on one shard as polls saw them. They go back on reload and on CLEARREGISTRATIONSSTATS (protocol 3.6). */
export class CounterTrack {
  private points: { readonly at: number; readonly counters: Counters }[] = []

  /** Growth since the look before; undefined at the first look and where any counter went back. */
  look(at: number, counters: Counters): Counters | undefined {
    const last = this.points.at(-1)
    const growth = last && minus(counters, last.counters)
    if (growth && FIELDS.some((field) => growth[field] < 0)) {
      this.points = [{ at, counters }]
      return undefined
    }
    this.points.push({ at, counters })
    while (this.points.length > 2 && (this.points[0]?.at ?? at) < at - WINDOW_MS) this.points.shift()
    return growth
  }

  /** Per second, to two decimals; undefined until two looks. */
  rates(): Counters | undefined {
    const first = this.points[0]
    const last = this.points.at(-1)
    if (!first || !last || last.at <= first.at) return undefined
    const seconds = (last.at - first.at) / 1000
    const growth = minus(last.counters, first.counters)
    const perSecond = (count: number) => Math.round((count / seconds) * 100) / 100
    return {
      triggered: perSecond(growth.triggered),
      success: perSecond(growth.success),
      failures: perSecond(growth.failures),
      aborted: perSecond(growth.aborted),
    }
  }
}
