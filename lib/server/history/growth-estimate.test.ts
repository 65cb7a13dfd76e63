import { describe, expect, test } from 'vitest'
import type { RunsOfFunction } from '@/lib/model/growth'
import { random } from '@/lib/model/testing'
import { changesOf, estimateGrowth } from './growth-estimate'

const SPANS = 300
const ran = (name: string, runs: readonly number[], registrationId: string | null = null): RunsOfFunction => ({
  name,
  registrationId,
  runs,
})
const runsOf = (next: () => number, most: number) => Array.from({ length: SPANS }, () => Math.floor(next() * most))

/** Levels as spans show them: means of a value that goes up evenly with the runs, and noise that does not stay. */
function levels(
  next: () => number,
  causes: readonly (readonly [runs: readonly number[], bytes: number])[],
  noise: number,
) {
  let level = 5e7
  return Array.from({ length: SPANS }, (_, i) => {
    const added = causes.reduce((sum, [runs, bytes]) => sum + (runs[i] ?? 0) * bytes, 0)
    const mean = level + added / 2
    level += added
    return mean + (next() - 0.5) * noise
  })
}

const only = <T>(all: readonly T[]): T => {
  const [first] = all
  if (all.length !== 1 || first === undefined) throw new Error(`one was expected, not ${all.length}`)
  return first
}

describe('growth per run', () => {
  test('finds what each of two functions leaves behind, under noise larger than either', () => {
    const next = random(7)
    const [leak, clean] = [runsOf(next, 30), runsOf(next, 50)]
    const held = levels(next, [[leak, 1200]], 20_000)
    const { functions, spans } = estimateGrowth({
      stepMs: 60_000,
      changes: changesOf([held]),
      functions: [ran('word-count', leak), ran('clean', clean, '1-2')],
    })
    expect(spans).toBe(SPANS - 1)
    expect(functions.map(({ functions: [f], verdict }) => [f?.name, verdict])).toEqual([
      ['clean', 'flat'],
      ['word-count', 'grows'],
    ])
    const found = functions[1]
    if (found?.verdict !== 'grows') throw new Error('no growth')
    expect(found.runs).toBe(leak.reduce((a, b) => a + b, 0))
    expect(found.bytesPerRun.low).toBeLessThan(1200)
    expect(found.bytesPerRun.high).toBeGreaterThan(1200)
    expect(found.bytesPerRun.high - found.bytesPerRun.low).toBeLessThan(600)
  })

  test('the interval holds the truth about 95 times in 100, and zero is called flat as often', () => {
    let holds = 0
    let flat = 0
    const trials = 200
    for (let seed = 1; seed <= trials; seed++) {
      const next = random(seed)
      for (let i = 0; i < 5; i++) next()
      const [leak, clean] = [runsOf(next, 30), runsOf(next, 30)]
      const { functions } = estimateGrowth({
        stepMs: 60_000,
        changes: changesOf([levels(next, [[leak, 800]], 30_000)]),
        functions: [ran('leak', leak), ran('clean', clean)],
      })
      for (const each of functions) {
        if (each.verdict === 'unclear') throw new Error(each.why)
        const { low, high } = each.bytesPerRun
        if (each.functions[0]?.name === 'leak' && low < 800 && high > 800) holds++
        if (each.functions[0]?.name === 'clean' && each.verdict === 'flat') flat++
      }
    }
    expect(holds / trials).toBeGreaterThan(0.9)
    expect(flat / trials).toBeGreaterThan(0.9)
  })

  test('functions that always run together are one line: nobody can tell them apart', () => {
    const next = random(3)
    const runs = runsOf(next, 20)
    const { functions } = estimateGrowth({
      stepMs: 60_000,
      changes: changesOf([levels(next, [[runs, 500]], 1000)]),
      functions: [ran('a', runs), ran('b', runs, '1-2')],
    })
    expect(only(functions).functions).toEqual([
      { name: 'a', registrationId: null },
      { name: 'b', registrationId: '1-2' },
    ])
  })

  test('a function that runs as often in every span is not told from any other drift; the drift is', () => {
    const next = random(5)
    const runs = Array.from({ length: SPANS }, () => 4)
    const { functions, perHour } = estimateGrowth({
      stepMs: 60_000,
      changes: changesOf([levels(next, [[runs, 250]], 1000)]),
      functions: [ran('steady', runs)],
    })
    expect(only(functions).verdict).toBe('unclear')
    // 4 runs a minute at 250 bytes.
    expect(perHour?.low).toBeLessThan(60_000)
    expect(perHour?.high).toBeGreaterThan(60_000)
    expect(perHour?.low).toBeGreaterThan(50_000)
  })

  test('spans beside a silent shard count for nothing, and too few say so', () => {
    const next = random(9)
    const runs = runsOf(next, 20)
    const held = levels(next, [[runs, 500]], 1000).map((level, i) => (i > 15 ? null : level))
    const { functions, perHour, spans } = estimateGrowth({
      stepMs: 60_000,
      changes: changesOf([held]),
      functions: [ran('a', runs)],
    })
    expect(spans).toBe(15)
    expect(perHour).toBeNull()
    expect(only(functions)).toMatchObject({ verdict: 'unclear', why: '15 of the 20 spans it takes are known' })
  })

  test('what ran a handful of times is counted among the others', () => {
    const runs = Array.from({ length: SPANS }, (_, i) => (i < 5 ? 1 : 0))
    const { functions, others } = estimateGrowth({
      stepMs: 60_000,
      changes: changesOf([runs.map(() => 1000)]),
      functions: [
        ran('rare', runs),
        ran(
          'never',
          runs.map(() => 0),
        ),
      ],
    })
    expect(functions).toEqual([])
    expect(others).toBe(1)
  })

  test('a shard that comes or goes is no growth; one that is silent in between leaves it unknown', () => {
    expect(changesOf([])).toEqual([])
    expect(changesOf([[null, null]])).toEqual([null, null])
    expect(
      changesOf([
        [10, 11, 12, null, null],
        [null, 50, 52, 53, null],
        [5, null, 5, 5, 6],
      ]),
    ).toEqual([null, null, null, 1, 1])
    expect(
      changesOf([
        [10, 11, null, null],
        [null, null, 50, 51],
      ]),
    ).toEqual([null, 1, null, 1])
  })
})
