import { describe, expect, it } from 'vitest'
import { changeInWords, levelInWords } from './function-history'
import { durationChange, spreadOf, type TimedRun } from './statistics'

describe('spreadOf', () => {
  it('takes percentiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect(spreadOf(values)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100, total: 5050 })
    expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, max: 7, total: 7 })
    expect(spreadOf([])).toBeUndefined()
  })
})

/** Durations that wander by a fixed pattern, no two neighbours alike: noise without chance. */
const noise = (i: number): number => ((i * 7919) % 13) - 6
const runs = (durations: readonly number[], versionOf: (i: number) => number | null = () => null): TimedRun[] =>
  durations.map((ms, i) => ({ at: 1000 * i, ms, version: versionOf(i) }))
const around = (count: number, ms: number): number[] => Array.from({ length: count }, (_, i) => ms + noise(i))

describe('durationChange', () => {
  it('finds where the level moved, and the version that began there', () => {
    const change = durationChange(runs([...around(120, 14), ...around(84, 31)], (i) => (i < 120 ? 2 : 3)))
    expect(change).toMatchObject({
      at: 120_000,
      version: 3,
      before: { count: 120, p95: 20 },
      after: { count: 84, p95: 37 },
    })
    expect(change && changeInWords(change, (at) => `t${at / 1000}`)).toBe(
      'p95 20 ms → 37 ms since t120, after version 3 (120 runs before, 84 since)',
    )
  })

  it('finds an improvement as well, and names no version where none is known', () => {
    expect(durationChange(runs([...around(60, 90), ...around(60, 40)]))).toMatchObject({ at: 60_000, version: null })
  })

  it('names the version whose first runs were still like those before', () => {
    const change = durationChange(runs([...around(104, 14), ...around(100, 31)], (i) => (i < 100 ? 1 : 2)))
    expect(change).toMatchObject({ version: 2, at: 100_000 })
  })

  it('finds nothing in noise, in a few slow runs, and in what the clock cannot tell', () => {
    expect(durationChange(runs(around(500, 50)))).toBeUndefined()
    expect(durationChange(runs(around(500, 50).map((ms, i) => (i % 40 === 0 ? 900 : ms))))).toBeUndefined()
    expect(
      durationChange(runs([...Array.from({ length: 100 }, () => 0), ...Array.from({ length: 100 }, () => 1)])),
    ).toBeUndefined()
    expect(durationChange(runs(Array.from({ length: 200 }, () => 5)))).toBeUndefined()
  })

  it('says nothing of fewer runs than make a percentile', () => {
    const few = runs([...around(19, 10), ...around(200, 90)])
    expect(durationChange(few.slice(0, 39))).toBeUndefined()
    expect(levelInWords({ change: null, timed: 39 }, String)).toBe('Not enough data: 39 runs, a trend needs 40')
    expect(levelInWords({ change: null, timed: 40 }, String)).toBe('Duration is stable over 40 runs')
  })
})
