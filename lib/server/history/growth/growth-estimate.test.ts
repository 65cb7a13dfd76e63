import { random } from '@gearboard/gears/testing/random'
import { describe, expect, test } from 'vitest'
import type { RunsOfFunction } from '@/lib/model/record/growth'
import { changesOf, estimateGrowth } from './growth-estimate'
import { ACTIVITIES, simulatedServer } from './growth-testing'

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

  test.each([
    { counters: 'read at once', late: false, most: 0.97 },
    // Later readings blur what ran when: intervals are wider than they need to be, never narrower.
    { counters: 'read up to two spans later', late: true, most: 0.99 },
  ])(
    'on 500 simulated servers, counters $counters, the interval holds the truth 93 to 97 times in 100, and no flat function is said to grow',
    ({ late, most }) => {
      const LEAKS = [0, 100, 1000] as const
      const said = Array.from({ length: 500 }, (_, seed) => {
        const activity = ACTIVITIES[seed % ACTIVITIES.length] ?? 'steady'
        const leaks = [LEAKS[seed % 3] ?? 0, LEAKS[Math.floor(seed / 3) % 3] ?? 0]
        const { held, ...rest } = simulatedServer(seed + 1, activity, leaks, { deploys: seed % 4, late })
        return estimateGrowth({ stepMs: 60_000, changes: changesOf([held]), ...rest }).functions.map((each) => ({
          each,
          leak: leaks[Number(each.functions[0]?.name.slice(1))] ?? 0,
        }))
      })
        .flat()
        .flatMap(({ each, leak }) => (each.verdict === 'unclear' ? [] : [{ ...each, leak }]))
      const holds = said.filter(({ bytesPerRun: { low, high }, leak }) => low <= leak && leak <= high)
      const flat = said.filter(({ leak }) => leak === 0)
      const leaking = said.filter(({ leak }) => leak === 1000)
      const grows = (all: typeof said) => all.filter(({ verdict }) => verdict === 'grows').length / all.length
      expect(said.length).toBeGreaterThan(500)
      expect(holds.length / said.length).toBeGreaterThan(0.93)
      expect(holds.length / said.length).toBeLessThan(most)
      expect(grows(flat)).toBeLessThan(0.01)
      expect(grows(leaking)).toBeGreaterThan(0.7)
    },
  )

  test.each([1, 2, 3, 4, 5])('one burst that carries everything gives no figure (seed %i)', (seed) => {
    const { held, ...rest } = simulatedServer(seed, 'one burst', [0, 1000])
    const { functions } = estimateGrowth({ stepMs: 60_000, changes: changesOf([held]), ...rest })
    expect(functions.map(({ verdict }) => verdict)).toEqual(['unclear', 'unclear'])
  })

  test('what the first executions after a deployment leave on the server is no growth of every run', () => {
    const next = random(11)
    const runs = runsOf(next, 40)
    const deployedIn = 120
    let kept = 100
    const filling = runs.map((count, span) => {
      const added = span < deployedIn ? 0 : Math.min(count, kept)
      kept -= added
      return added
    })
    const changes = changesOf([levels(next, [[filling, 92_000]], 20_000)])
    const functions = [ran('orders', runs)]
    const told = estimateGrowth({
      stepMs: 60_000,
      changes,
      functions,
      deployments: [{ name: 'orders', span: deployedIn }],
    })
    expect(only(told.functions).verdict).toBe('flat')
  })

  test('while all memory grows, a function that could explain half of it is not called flat', () => {
    const next = random(22)
    const [leak, steady] = [runsOf(next, 30), runsOf(next, 4)]
    const of = (bytes: number) =>
      estimateGrowth({
        stepMs: 60_000,
        changes: changesOf([levels(next, [[leak, bytes]], 100_000)]),
        functions: [ran('leak', leak), ran('steady', steady)],
      }).functions.find(({ functions: [f] }) => f?.name === 'steady')
    expect(of(200)).toMatchObject({ verdict: 'unclear', why: expect.stringContaining('not precise enough') })
    expect(of(0)?.verdict).toBe('flat')
  })

  test('in less than five minutes nothing is said, however short the spans; readings that are too far apart say less', () => {
    const next = random(23)
    const runs = runsOf(next, 30)
    const changes = changesOf([levels(next, [[runs, 1200]], 5000)])
    const of = (spans: number) =>
      only(
        estimateGrowth({
          stepMs: 5000,
          changes: changes.slice(0, spans),
          functions: [ran('leak', runs.slice(0, spans))],
        }).functions,
      )
    expect(of(60)).toMatchObject({ verdict: 'unclear', why: 'Needs about 5 s more data' })
    expect(of(120).verdict).toBe('grows')
  })

  test('functions that always run together are one line: nothing tells them apart', () => {
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
    expect(only(functions)).toMatchObject({
      verdict: 'unclear',
      why: expect.stringMatching(/^Needs about .* more data$/),
    })
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
