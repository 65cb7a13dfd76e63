import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import { describe, expect, it } from 'vitest'
import type { Execution } from '@/lib/model/executions/execution'
import { inFlight } from '@/lib/model/executions/execution-list'
import { NO_OUTCOMES, type OutcomeCounts } from '@/lib/model/executions/outcome-counts'
import { parseFilter } from '@/lib/model/filter/filter'
import { executionVocabulary } from '@/lib/model/filter/filter-fields'
import { execution as one, shardState } from '@/lib/model/testing'
import { executionsHeadline, longestInWords, unheardInWords } from './executions-headline'
import { chosenOutcome, withOutcome } from './outcome-term'
import { askedTime, barsOver, withTime } from './starts-range'

const NOW = 1_700_000_000_000
const execution = (outcome: Outcome, changes: Partial<Execution> = {}) =>
  one({
    status: outcome === 'running' ? 'running' : 'done',
    outcome,
    firstSeen: NOW - 1000,
    lastSeen: NOW,
    endSeen: null,
    ...changes,
  })
const counts = (some: Partial<OutcomeCounts> = {}): OutcomeCounts => ({ ...NO_OUTCOMES, ...some })

describe('executionsHeadline', () => {
  it.each([
    [[shardState('a', { executions: null })], 'Loading executions…'],
    [[shardState('a', { executions: 0 }), shardState('b', { executions: null })], 'Loading executions…'],
    [[shardState('a', { executions: null, state: 'silent' })], 'No executions yet.'],
    [[shardState('a', { executions: 0 })], 'No executions yet.'],
  ] as const)('says what is not known, case %#', (shards, words) => {
    expect(executionsHeadline(counts(), shards)).toBe(words)
  })

  it('answers with counts', () => {
    expect(executionsHeadline(counts())).toBe('No executions yet.')
    expect(executionsHeadline(counts({ ok: 3 }))).toBe('Nothing is running. 3 executions, all succeeded.')
    expect(executionsHeadline(counts({ running: 12, failed: 2, waiting: 1 }))).toBe(
      '12 running, 1 waiting, 2 of 15 failed.',
    )
    expect(executionsHeadline(counts({ ok: 1, failed: 1 }))).toBe('Nothing is running, 1 of 2 failed.')
    expect(executionsHeadline(counts({ aborted: 1, unknown: 1 }))).toBe(
      'Nothing is running. 2 executions: 1 aborted, 1 with unknown outcome, none failed.',
    )
  })

  it('names the longest that is still in flight', () => {
    const long = execution('running', {
      firstSeen: NOW - 252_000,
      origin: { kind: 'submission', name: 'nightly rollup', sourceId: 's' },
    })
    const gone = execution('running', { firstSeen: NOW - 999_000, live: false })
    expect(inFlight.start([execution('running'), gone, long, execution('ok')]).rows[0]).toBe(long)
    expect(longestInWords(long, NOW)).toBe('Longest run: 4 min 12 s, nightly rollup.')
    expect(unheardInWords([long])).toBeNull()
    expect(unheardInWords([long, execution('running', { unheardSince: NOW })])).toBe(
      '1 in flight is not up to date: its shard does not answer.',
    )
  })
})

it('replaces the outcome in the filter and nothing else', () => {
  expect(withOutcome('shard:b5 outcome:ok "a b"', 'failed')).toBe('shard:b5 "a b" outcome:failed')
  expect(withOutcome('-outcome:ok x', 'all')).toBe('x')
  expect(chosenOutcome('shard:b5')).toBe('all')
  expect(chosenOutcome('shard:b5 outcome:failed')).toBe('failed')
  expect(chosenOutcome('outcome:failed,ok')).toBeUndefined()
  expect(chosenOutcome('-outcome:failed')).toBeUndefined()
})

describe('the time that the bars show', () => {
  const termsOf = (text: string) =>
    parseFilter(
      text,
      executionVocabulary(() => null),
    ).terms
  const TIME = { from: Date.parse('2026-11-21T16:40:00Z'), to: Date.parse('2026-11-21T16:50:30Z') }

  it('is written into the filter, and read back from it', () => {
    const text = withTime('status:failed at:>2026-11-01', TIME)
    expect(text).toBe('status:failed at:2026-11-21T16:40:00Z..2026-11-21T16:50:30Z')
    expect(askedTime(termsOf(text))).toEqual(TIME)
    expect(withTime(text, null)).toBe('status:failed')
    for (const other of ['', 'at:>2026-11-01', '-at:2026-11-01..2026-11-02', `${text} at:>2026-11-01`])
      expect(askedTime(termsOf(other))).toBeUndefined()
  })

  it('is cut into bars that hold all of it', () => {
    expect(barsOver(TIME)).toEqual({ spanMs: 15_000, buckets: 43 })
    expect(barsOver({ from: 1000, to: 3000 })).toEqual({ spanMs: 1000, buckets: 3 })
  })
})
