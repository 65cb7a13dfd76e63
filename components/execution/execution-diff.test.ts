import type { ExecutionStep } from '@gearboard/gears/vocabulary/execution'
import { describe, expect, it } from 'vitest'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { executionDetail, executionPart } from '@/lib/model/testing'
import { diffExecutions, diffInWords, isSameFunction } from './execution-diff'

const step = (title: string, durationMs: number | null = null): ExecutionStep => ({
  type: 'map',
  name: 'RedisGearsPy_PyCallbackMapper',
  arg: `<function ${title} at 0x7f${title.length}>`,
  durationMs,
  global: false,
})

const run = (steps: readonly ExecutionStep[], changes: Partial<ExecutionDetail> = {}) =>
  executionDetail({
    durationMs: 14,
    origin: { kind: 'submission', name: 'rollup', sourceId: 's' },
    resultCount: 3,
    parts: [executionPart({ results: 3, totalDurationMs: 14, readDurationMs: 1, steps })],
    ...changes,
  })

const titles = (diff: ReturnType<typeof diffExecutions>) =>
  diff.steps.map(({ here, there }) => [here?.title ?? null, there?.title ?? null])

describe('diffExecutions', () => {
  it('holds the steps of one plan side by side, also under new addresses', () => {
    const diff = diffExecutions(run([step('parse', 4), step('write', 2)]), run([step('parse', 9), step('write', 2)]))
    expect(titles(diff)).toEqual([
      ['reader', 'reader'],
      ['parse', 'parse'],
      ['write', 'write'],
    ])
    expect(diff).toMatchObject({ samePlan: true, timed: true })
    expect(diff.steps[1]?.there?.slowest?.ms).toBe(9)
  })

  it('lets what only one plan has stand alone', () => {
    const diff = diffExecutions(
      run([step('parse'), step('check'), step('write')]),
      run([step('parse'), step('write'), step('report')]),
    )
    expect(titles(diff)).toEqual([
      ['reader', 'reader'],
      ['parse', 'parse'],
      ['check', null],
      ['write', 'write'],
      [null, 'report'],
    ])
    expect(diff).toMatchObject({ samePlan: false, timed: false })
  })

  it('counts no errors of a run whose end nobody saw', () => {
    const diff = diffExecutions(run([]), run([], { outcome: 'unknown', durationMs: null, resultCount: null }))
    expect(diff.here).toMatchObject({ errors: 0, results: 3 })
    expect(diff.there).toMatchObject({ errors: null, results: null, durationMs: null })
    expect(diffInWords(diff)).toBe('The durations cannot be compared: one is unknown.')
  })
})

it('says what differs', () => {
  const words = (here: Partial<ExecutionDetail>, there: Partial<ExecutionDetail>) =>
    diffInWords(diffExecutions(run([], here), run([], there)))
  expect(words({ durationMs: 31 }, {})).toBe('This run took 31 ms, 2.2 times as long as the other (14 ms).')
  expect(words({}, { durationMs: 31, resultCount: 5 })).toBe(
    'The other run took 31 ms, 2.2 times as long as this one (14 ms). This run returned 3 results, the other 5.',
  )
  expect(words({ durationMs: 15 }, {})).toBe('Both runs took 15 ms, within 1 ms.')
  expect(words({ durationMs: 0 }, {})).toContain('The other run took 14 ms, longer than this one (0 ms).')
})

it('takes runs of one name and kind for one function, and unknown ones for none', () => {
  const submission = { origin: { kind: 'submission', name: 'a', sourceId: 's' } } as const
  expect(isSameFunction(submission, { origin: { kind: 'submission', name: 'a', sourceId: 't' } })).toBe(true)
  expect(
    isSameFunction(submission, { origin: { kind: 'registration', name: 'a', registrationId: 'r', inferred: true } }),
  ).toBe(false)
  expect(isSameFunction({ origin: { kind: 'unknown' } }, { origin: { kind: 'unknown' } })).toBe(false)
})
