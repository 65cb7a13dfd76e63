import { expect, test } from 'vitest'
import {
  abortCause,
  EXECUTION_STATUSES,
  type ExecutionStatus,
  errorCount,
  IDLE_TIMEOUT,
  isOver,
  mergeOutcomes,
  OUTCOMES,
  type Outcome,
  outcomeOf,
} from './execution'

const report = (changes: { status?: ExecutionStatus; results?: number | null; errors?: readonly string[] } = {}) => ({
  status: 'done' as const,
  results: 1,
  errors: [],
  ...changes,
})
const FORCED = 'Traceback (most recent call last):\nspam.forcestopped: execution was aborted'
/** As the module lists it: the lines of the traceback, printed as a Python list. */
const FORCED_AS_LIST =
  "['Traceback (most recent call last):\\n', '  File \"<string>\", line 3, in slow\\n', 'gears.forcestopped\\n']"

test.each<[ExecutionStatus, Outcome]>([
  ['created', 'waiting'],
  ['pending_receive', 'waiting'],
  ['pending_run', 'waiting'],
  ['running', 'running'],
  ['pending_cluster', 'running'],
  ['pending_termination', 'running'],
  ['aborted', 'aborted'],
  ['done', 'unknown'],
])('%s without a report is %s', (status, outcome) => {
  expect(outcomeOf(status, undefined)).toBe(outcome)
})

test.each([
  [report(), 'ok'],
  [report({ results: 0 }), 'ok'],
  [report({ errors: ['KeyError'] }), 'failed'],
  [report({ errors: ['ZeroDivisionError'] }), 'failed'],
  [report({ errors: ['KeyError', IDLE_TIMEOUT] }), 'aborted'],
  [report({ errors: [FORCED] }), 'aborted'],
  [report({ errors: [FORCED_AS_LIST] }), 'aborted'],
  // Its results are not counted yet, or the report is of an earlier moment.
  [report({ results: null }), 'unknown'],
  [report({ results: null, errors: ['KeyError'] }), 'unknown'],
  [report({ status: 'running' }), 'unknown'],
  [report({ status: 'running', results: null }), 'unknown'],
] as const)('done with %o is %s', (told, outcome) => {
  expect(outcomeOf('done', told)).toBe(outcome)
})

test.each([
  ['done', [IDLE_TIMEOUT], 'idle'],
  ['aborted', [IDLE_TIMEOUT], 'idle'],
  ['aborted', ['Execution max idle reached'], 'idle'],
  ['aborted', [], 'command'],
  ['aborted', [FORCED], 'command'],
  ['done', [FORCED], 'forced'],
  ['done', ['gears.forcestopped'], 'forced'],
  ['done', [FORCED_AS_LIST], 'forced'],
  ['done', [FORCED_AS_LIST.replace('gears.', 'spam.')], 'forced'],
  ['done', ['ValueError: no'], undefined],
  ['running', [FORCED_AS_LIST], undefined],
  ['done', ['KeyError: forcestop'], undefined],
  ['done', [`${IDLE_TIMEOUT}!`], undefined],
  ['running', [FORCED], undefined],
  ['done', [], undefined],
] as const)('%s with %j was aborted by %s', (status, errors, cause) => {
  expect(abortCause(status, errors)).toBe(cause)
})

test('of several shards the strongest outcome counts, and of none it is unknown', () => {
  const order = ['running', 'waiting', 'failed', 'aborted', 'unknown', 'ok'] as const
  expect([...order].sort()).toEqual([...OUTCOMES].sort())
  for (const [at, stronger] of order.entries())
    for (const weaker of order.slice(at)) {
      expect(mergeOutcomes([weaker, stronger])).toBe(stronger)
      expect(mergeOutcomes([stronger, weaker])).toBe(stronger)
    }
  expect(mergeOutcomes([])).toBe('unknown')
  expect(mergeOutcomes(['failed', 'running', 'ok'])).toBe('running')
})

test('what is over stays so: neither what runs nor what is unknown is', () => {
  expect(OUTCOMES.filter(isOver).sort()).toEqual(['aborted', 'failed', 'ok'])
  expect(EXECUTION_STATUSES.filter((status) => isOver(outcomeOf(status, undefined)))).toEqual(['aborted'])
})

test('errors that were left out count', () => {
  expect([errorCount({ errors: ['a'] }), errorCount({ errors: ['a', 'b'], errorsLeftOut: 40 })]).toEqual([1, 42])
})
