import { addCounters, type Counters, ZERO_COUNTERS } from '@gearboard/gears/vocabulary/registration'
import { TREND_STEP_MS, TREND_STEPS } from '@/lib/model/registrations/registration-trend'

/** Longer between two polls, it is unknown in which step what was gained fell. */
const GAP_MS = TREND_STEP_MS / 2

interface Step {
  readonly number: number
  counters: Counters | null
}

const stepAt = (at: number): number => Math.floor(at / TREND_STEP_MS)

/** How the counters of one registration grew on one shard, step by step. A step counts as known when it was watched from end to end. */
export class CounterTrend {
  private steps: Step[] = []
  private lookedAt: number | undefined

  /** @param growth since the poll before; undefined if unknown */
  addGrowth(at: number, growth: Counters | undefined): void {
    const before = this.lookedAt
    this.lookedAt = at
    const number = stepAt(at)
    // The clock was set back: what it said of the steps before is of another time.
    if (before !== undefined && at < before) this.steps = []
    if (before === undefined || at < before || at - before > GAP_MS || !growth) {
      const from = before === undefined ? number : Math.min(number, stepAt(before))
      for (let each = Math.max(from, number - TREND_STEPS); each <= number; each++) this.step(each).counters = null
      return
    }
    const step = this.step(number)
    if (step.counters) step.counters = addCounters(step.counters, growth)
  }

  /** The last steps that are over, oldest first. @param now our clock, ms */
  told(now: number): readonly (Counters | null)[] {
    const end = stepAt(now)
    const byNumber = new Map(this.steps.map(({ number, counters }) => [number, counters]))
    // A poll soon after a step's end still brings what was gained in it.
    const complete = (number: number) => this.lookedAt !== undefined && stepAt(this.lookedAt) > number
    return Array.from({ length: TREND_STEPS }, (_, at) => {
      const number = end - TREND_STEPS + at
      return complete(number) ? (byNumber.get(number) ?? null) : null
    })
  }

  private step(number: number): Step {
    const known = this.steps.find((step) => step.number === number)
    if (known) return known
    const made: Step = { number, counters: ZERO_COUNTERS }
    this.steps = [...this.steps.filter((step) => step.number >= number - TREND_STEPS), made]
    return made
  }
}
