import type { Outcome } from '@gearboard/gears/vocabulary/execution'
import { describe, expect, it } from 'vitest'
import type { Execution } from '@/lib/model/executions/execution'
import { inFlight } from '@/lib/model/executions/execution-list'
import { NO_ENDS } from '@/lib/model/executions/outcome-counts'
import { parseFilter } from '@/lib/model/filter/filter'
import { executionVocabulary } from '@/lib/model/filter/filter-fields'
import { execution as one, shardState } from '@/lib/model/testing'
import { executionsHeadline, inFlightInWords, longestInWords, unheardInWords } from './executions-headline'
import { chosenOutcome, withOutcome } from './outcome-term'
import { askedTime, withoutTime } from './time-term'

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
type Figures = Parameters<typeof executionsHeadline>[0]
const headline = (figures: Partial<Figures> = {}): string =>
  executionsHeadline({
    ended: { all: 0, failed: 0, unknown: 0 },
    unseen: NO_ENDS,
    sentence: 'in the last 15 min',
    live: true,
    none: false,
    shards: [shardState('a', { executions: 0 })],
    ...figures,
  })

describe('executionsHeadline', () => {
  it.each([
    [[shardState('a', { executions: null })], 'Loading executions…'],
    [[shardState('a', { executions: 0 }), shardState('b', { executions: null })], 'Loading executions…'],
    [[shardState('a', { executions: null, state: 'silent' })], 'No executions yet.'],
    [[shardState('a', { executions: 0 })], 'No executions yet.'],
  ] as const)('says what is not known, case %#', (shards, words) => {
    expect(headline({ none: true, shards })).toBe(words)
  })

  it.each([
    [{}, 'No execution finished in the last 15 min.'],
    [{ ended: { all: 3427, failed: 33, unknown: 0 } }, '33 of 3,427 failed in the last 15 min.'],
    [{ none: true, ended: { all: 3, failed: 0, unknown: 0 } }, '3 executions in the last 15 min, none failed.'],
    [
      {
        ended: { all: 7, failed: 1, unknown: 0 },
        live: false,
        sentence: 'from 14:02 to 14:25',
      },
      '1 of 7 failed from 14:02 to 14:25.',
    ],
    [
      { ended: { all: 300, failed: 4, unknown: 0 }, unseen: { ok: 115, failed: 5, aborted: 0, unknown: 0 } },
      '4 of 300 failed in the last 15 min, 5 of 120 before Gearboard was watching.',
    ],
    [
      { ended: { all: 300, failed: 0, unknown: 0 }, unseen: { ok: 1, failed: 1, aborted: 0, unknown: 0 } },
      '0 of 300 failed in the last 15 min, 1 of 2 before Gearboard was watching.',
    ],
    [
      { ended: { all: 1, failed: 0, unknown: 0 }, unseen: { ok: 2, failed: 0, aborted: 0, unknown: 1 } },
      '1 execution in the last 15 min and 3 before Gearboard was watching, no known failures, 1 with unknown outcome.',
    ],
    [
      { unseen: { ok: 2, failed: 1, aborted: 0, unknown: 0 } },
      '3 executions finished before Gearboard was watching, 1 failed; none in the last 15 min.',
    ],
    [
      { ended: undefined, live: false, sentence: 'from 14:02 to 14:25' },
      'No data from 14:02 to 14:25: Gearboard was not watching.',
    ],
  ] as const)('answers with the count of the range, case %#', (figures, words) => {
    expect(headline(figures)).toBe(words)
  })

  it('names what is in flight', () => {
    expect(inFlightInWords({ running: 0, waiting: 0 })).toBe('None running.')
    expect(inFlightInWords({ running: 1, waiting: 0 })).toBe('1 running.')
    expect(inFlightInWords({ running: 1200, waiting: 3 })).toBe('1,200 running, 3 waiting.')
  })

  it('names the longest that is still in flight', () => {
    const long = execution('running', {
      firstSeen: NOW - 252_000,
      origin: { kind: 'submission', name: 'nightly rollup', sourceId: 's' },
    })
    const gone = execution('running', { firstSeen: NOW - 999_000, live: false })
    expect(inFlight.start([execution('running'), gone, long, execution('ok')]).rows[0]).toBe(long)
    expect(longestInWords(long, NOW)).toBe('Longest run: 4 min 12 s, nightly rollup.')
    for (const age of [0, 1, 999])
      expect(longestInWords(execution('running', { firstSeen: NOW - age }), NOW)).toBeNull()
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

  it('is read from a filter of an earlier version, and taken out of it', () => {
    const text = 'status:failed at:2026-11-21T16:40:00Z..2026-11-21T16:50:30Z'
    expect(askedTime(termsOf(text))).toEqual(TIME)
    expect(withoutTime(text)).toBe('status:failed')
    expect(withoutTime('-at:>2026-11-01 x')).toBe('x')
    for (const other of ['', 'at:>2026-11-01', '-at:2026-11-01..2026-11-02', `${text} at:>2026-11-01`])
      expect(askedTime(termsOf(other))).toBeUndefined()
  })
})
