import type { Counters } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, it } from 'vitest'
import { sumSteps, TREND_STEP_MS, TREND_STEPS } from '@/lib/model/registrations/registration-trend'
import { CounterTrend } from './counter-trend'

const gained = (triggered: number): Counters => ({ triggered, success: triggered, failures: 0, aborted: 0 })
const START = 1000 * TREND_STEP_MS

/** Looks every 5 s, each with `each(at)` more; undefined is a counter that went back. */
function watched(untilMs: number, each: (at: number) => number | undefined): CounterTrend {
  const trend = new CounterTrend()
  for (let at = 0; at <= untilMs; at += 5000) {
    const more = at === 0 ? undefined : each(at)
    trend.addGrowth(START + at, more === undefined ? undefined : gained(more))
  }
  return trend
}
const triggered = (steps: readonly (Counters | null)[]) => steps.map((step) => step?.triggered ?? null)

describe('the trend of a counter', () => {
  it('has a value for each step that was watched from end to end', () => {
    const told = watched(4 * TREND_STEP_MS, () => 2).told(START + 4 * TREND_STEP_MS)
    expect(told).toHaveLength(TREND_STEPS)
    // The first step held the first poll: what came before it is unknown.
    expect(triggered(told.slice(-5))).toEqual([null, null, 12, 12, 12])
  })

  it('does not know a step in which a counter went back, and is never negative', () => {
    const told = watched(4 * TREND_STEP_MS, (at) => (at === TREND_STEP_MS + 10_000 ? undefined : 1)).told(
      START + 4 * TREND_STEP_MS,
    )
    expect(triggered(told.slice(-4))).toEqual([null, null, 6, 6])
  })

  it('gives what came during a silence to no step', () => {
    const trend = watched(2 * TREND_STEP_MS, () => 1)
    const back = START + 4 * TREND_STEP_MS + 1000
    trend.addGrowth(back, gained(500))
    for (let at = back + 5000; at <= back + 2 * TREND_STEP_MS; at += 5000) trend.addGrowth(at, gained(1))
    expect(triggered(trend.told(back + 2 * TREND_STEP_MS).slice(-6))).toEqual([null, 6, null, null, null, 6])
  })

  it('tells nothing of the present while nobody looks', () => {
    const trend = watched(2 * TREND_STEP_MS, () => 1)
    expect(triggered(trend.told(START + 3 * TREND_STEP_MS).slice(-3))).toEqual([null, 6, null])
  })
})

it('a sum over shards is known where each of them is', () => {
  expect(
    triggered(
      sumSteps([
        [gained(1), gained(2), null],
        [gained(3), null, null],
      ]),
    ),
  ).toEqual([4, null, null])
})
