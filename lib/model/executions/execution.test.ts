import { abortCause, isOver, mergeOutcomes, type Outcome, outcomeOf } from '@gearboard/gears/vocabulary/execution'
import { describe, expect, it } from 'vitest'

const FORCED =
  "['Traceback (most recent call last):\\n', '  File \"<string>\", line 3, in slow\\n', 'gears.forcestopped\\n']"
const done = (errors: readonly string[], results: number | null = 1) => ({ status: 'done', results, errors }) as const

describe('outcomeOf', () => {
  it.each([
    ['created', 'waiting'],
    ['pending_receive', 'waiting'],
    ['pending_run', 'waiting'],
    ['running', 'running'],
    ['pending_cluster', 'running'],
    ['pending_termination', 'running'],
    ['aborted', 'aborted'],
    ['done', 'unknown'],
  ] as const)('%s is %s without a report', (status, outcome) => expect(outcomeOf(status, undefined)).toBe(outcome))

  it('of done is told by its errors', () => {
    expect(outcomeOf('done', done([]))).toBe('ok')
    expect(outcomeOf('done', done(['ZeroDivisionError']))).toBe('failed')
  })

  it('of done is unknown until the results are counted', () => {
    expect(outcomeOf('done', done([], null))).toBe('unknown')
    expect(outcomeOf('done', { status: 'running', results: null, errors: [] })).toBe('unknown')
  })

  it('of running Python that was stopped is aborted', () => expect(outcomeOf('done', done([FORCED]))).toBe('aborted'))
})

describe('abortCause', () => {
  it('tells the three ways apart', () => {
    expect(abortCause('aborted', ['Execution max idle reached'])).toBe('idle')
    expect(abortCause('aborted', [])).toBe('command')
    expect(abortCause('done', [FORCED])).toBe('forced')
    expect(abortCause('done', [FORCED.replace('gears.', 'spam.')])).toBe('forced')
    expect(abortCause('done', ['ValueError: no'])).toBeUndefined()
    expect(abortCause('running', [FORCED])).toBeUndefined()
  })
})

describe('mergeOutcomes', () => {
  it.each<[Outcome[], Outcome]>([
    [[], 'unknown'],
    [['ok', 'ok'], 'ok'],
    [['ok', 'failed'], 'failed'],
    [['failed', 'running', 'ok'], 'running'],
    [['aborted', 'ok'], 'aborted'],
    [['aborted', 'failed'], 'failed'],
    [['ok', 'unknown'], 'unknown'],
    [['waiting', 'failed'], 'waiting'],
  ])('%j is %s', (outcomes, merged) => expect(mergeOutcomes(outcomes)).toBe(merged))
})

it('isOver', () => {
  expect((['ok', 'failed', 'aborted'] as const).every(isOver)).toBe(true)
  expect((['running', 'waiting', 'unknown'] as const).some(isOver)).toBe(false)
})
