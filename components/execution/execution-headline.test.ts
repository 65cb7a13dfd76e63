import { describe, expect, it } from 'vitest'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { executionDetail, executionPart } from '@/lib/model/testing'
import { errorGroups } from './error-groups'
import { executionHeadline } from './execution-headline'

const NOW = 1_700_000_000_000
const KEY_ERROR = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 14, in parse_order\n', "KeyError: 'currency'\n"]`
const FORCED = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 2, in f\n', 'gears.forcestopped\n']`

const part = (shard: string, errors: readonly string[]) => executionPart({ shard, errors })

const detail = (changes: Partial<ExecutionDetail>) =>
  executionDetail({
    durationMs: 3940,
    firstSeen: NOW - 60_000,
    lastSeen: NOW,
    endSeen: NOW,
    resultCount: 1204,
    profiled: true,
    ...changes,
  })

const say = (changes: Partial<ExecutionDetail>) => executionHeadline(detail(changes), NOW)

describe('executionHeadline', () => {
  it('says what came of it', () => {
    expect(say({})).toBe('1,204 results in 3.94 s of work, no errors.')
    expect(say({ outcome: 'running', status: 'running' })).toBe('Running for 1 min.')
    expect(say({ outcome: 'running', status: 'done' })).toBe('Running for 1 min: a shard is still working on it.')
    expect(say({ outcome: 'waiting', status: 'created' })).toBe('Waiting: created, waits for a worker thread.')
    expect(say({ outcome: 'aborted', abortCause: 'forced', durationMs: 300, resultCount: 0 })).toBe(
      'Aborted: its Python code was stopped after 300 ms of work.',
    )
    expect(say({ outcome: 'unknown', live: false })).toContain('before its outcome was read')
  })

  it('tells of an end by timeout when it was seen, and the work for what it is', () => {
    // 1.2.13: total_duration 2,110 ms where another shard was silent for 5 s; 0 ms where it never began.
    const idle = { outcome: 'aborted', status: 'aborted', abortCause: 'idle', resultCount: 0 } as const
    expect(say({ ...idle, durationMs: 2110, firstSeen: NOW - 7100 })).toBe(
      'Timed out waiting for another shard (ExecutionMaxIdleTime), 7.1 s after it was first seen; 2.11 s of work.',
    )
    expect(say({ ...idle, durationMs: 0, firstSeen: NOW - 5000, resultCount: 1 })).toBe(
      'Timed out waiting for another shard (ExecutionMaxIdleTime), 5 s after it was first seen; 1 result was returned.',
    )
    expect(say({ ...idle, durationMs: 0, firstSeen: NOW, precisionMs: null })).toBe(
      'Timed out waiting for another shard (ExecutionMaxIdleTime).',
    )
    expect(say({ ...idle, durationMs: null, endSeen: null })).toBe(
      'Timed out waiting for another shard (ExecutionMaxIdleTime).',
    )
    // Aborted while it awaited a coroutine for 3 s: 0 ms of work.
    const byCommand = { outcome: 'aborted', status: 'aborted', abortCause: 'command', resultCount: 0 } as const
    expect(say({ ...byCommand, durationMs: 0, firstSeen: NOW - 3000, precisionMs: null })).toBe(
      'Aborted, 3 s after it was first seen (it may be older).',
    )
  })

  it('names the error, where it was raised and on how many shards', () => {
    const errors = [KEY_ERROR, KEY_ERROR]
    const parts = [part('a', [KEY_ERROR]), part('b', [KEY_ERROR])]
    expect(say({ outcome: 'failed', errors, parts, resultCount: 3 })).toBe(
      "KeyError: 'currency', raised in parse_order on 2 shards; 3 results were returned.",
    )
    expect(say({ outcome: 'failed', errors: [KEY_ERROR, FORCED], resultCount: 0 })).toBe(
      "2 errors of 2 kinds, first KeyError: 'currency', raised in parse_order.",
    )
  })
})

it('groups errors of one cause, with the shards that raised them', () => {
  const other = KEY_ERROR.replace('currency', 'total')
  const groups = errorGroups({ errors: [], parts: [part('a', [FORCED, KEY_ERROR]), part('b', [other])] })
  expect(groups.map((group) => [group.signature, group.count, group.shards])).toEqual([
    ['KeyError in parse_order, line 14', 2, ['a', 'b']],
    ['gears.forcestopped in f, line 2', 1, ['a']],
  ])
  expect(errorGroups({ errors: [KEY_ERROR], parts: [] })[0]?.shards).toEqual([])
})
