import { describe, expect, test } from 'vitest'
import { regress } from './growth-regression'

/** Observations without a gap, each a piece of evidence of its own. */
const observed = (values: readonly number[], ...columns: (readonly number[])[]) =>
  regress({ values, columns, follows: values.map((_, at) => at > 0), piece: 1 })

/** A cause that varies from span to span, the same at every run. */
const varying = (length: number) => Array.from({ length }, (_, at) => (at * 7919) % 13)

describe('what explains the growth of memory', () => {
  test.each([
    [0, 0],
    [500, 2],
    [-30, 4096],
    [1e9, 0.25],
  ])('is found where there is no noise: %d in each span, and %d for each run', (constant, perRun) => {
    const runs = varying(60)
    const [base, each] =
      observed(
        runs.map((count) => constant + perRun * count),
        runs,
      ) ?? []
    expect(base?.value).toBeCloseTo(constant, 3)
    expect(each?.value).toBeCloseTo(perRun, 3)
    expect(each?.standardError).toBeLessThan(Math.abs(constant) * 1e-6 + 1e-3)
  })

  test('is told apart for two causes', () => {
    const [one, two] = [varying(80), varying(80).map((_, at) => (at * at * 31) % 17)]
    const [, first, second] =
      observed(
        one.map((count, at) => 10 + 3 * count + 5 * (two[at] ?? 0)),
        one,
        two,
      ) ?? []
    expect(first?.value).toBeCloseTo(3, 3)
    expect(second?.value).toBeCloseTo(5, 3)
  })

  test('needs more observations than unknowns', () => {
    expect(observed([1, 2], [1, 3])).toBeUndefined()
    expect(observed([1, 2, 5], [1, 3, 2])).toBeDefined()
    expect(observed([1, 2, 5], [1, 3, 2], [4, 4, 1])).toBeUndefined()
  })
})

describe('how many pieces of evidence there are', () => {
  /** Of the cause, where ten observations in a row are one piece. */
  const freedomOf = (runs: readonly number[]) => {
    const values = runs.map((count, at) => count * 2 + (at % 3))
    return regress({ values, columns: [runs], follows: values.map((_, at) => at > 0), piece: 10 })?.[1]
      ?.degreesOfFreedom
  }

  const bursts = (...places: readonly number[]) =>
    freedomOf(Array.from({ length: 60 }, (_, at) => (places.includes(at) ? 1000 : 0)))

  test('one burst that carries everything leaves next to none, two leave more than one', () => {
    expect(bursts(35)).toBeGreaterThanOrEqual(0)
    expect(bursts(35)).toBeLessThan(0.5)
    expect(bursts(15, 35)).toBeGreaterThan(1)
  })

  test('runs all along leave at most one less than there are pieces', () => {
    expect(freedomOf(varying(60))).toBeGreaterThan(1)
    expect(freedomOf(varying(60))).toBeLessThanOrEqual(5)
  })

  test('observations whose noise goes together count as one', () => {
    const runs = varying(60)
    const values = runs.map((count, at) => count * 2 + (at % 3))
    const follows = values.map((_, at) => at > 0)
    const freedom = [1, 5, 20].map(
      (piece) => regress({ values, columns: [runs], follows, piece })?.[1]?.degreesOfFreedom ?? Number.NaN,
    )
    expect(freedom).toEqual(freedom.toSorted((a, b) => b - a))
    expect(freedom[2]).toBeLessThan(60 / 20)
  })
})
