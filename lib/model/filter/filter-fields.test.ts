import { describe, expect, it } from 'vitest'
import type { Execution } from '../executions/execution'
import { executionName, executionReason, shownDuration } from '../executions/execution-view'
import { execution as one } from '../testing'
import { parseFilter } from './filter'
import { executionVocabulary } from './filter-fields'
import { matcher } from './filter-match'

const NOW = 1_700_000_000_000

const execution = (changes: Partial<Execution>) =>
  one({ firstSeen: NOW - 5000, lastSeen: NOW, endSeen: NOW, ...changes })

const vocabulary = executionVocabulary((e) => (e.registered ? 'stream' : null))
const holds = (text: string, e: Execution): boolean => {
  const { terms, problems } = parseFilter(text, vocabulary)
  expect(problems).toEqual([])
  return matcher(terms, vocabulary, NOW)(e)
}

describe('the executions’ fields', () => {
  it('takes status as the outcome or as the raw status', () => {
    const failed = execution({ outcome: 'failed', firstError: 'KeyError: x' })
    expect(holds('status:failed', failed)).toBe(true)
    expect(holds('status:done', failed)).toBe(true)
    expect(holds('outcome:ok', failed)).toBe(false)
    expect(holds('error:keyerror', failed)).toBe(true)
    expect(holds('reader:unknown registered:no', failed)).toBe(true)
  })

  it('takes what runs by the time observed', () => {
    const running = execution({ status: 'running', outcome: 'running', durationMs: 0, results: null, errors: null })
    expect(shownDuration(running, NOW)).toEqual({ ms: 5000, measured: 'observed' })
    expect(holds('duration:>4s', running)).toBe(true)
    expect(holds('results:unknown', running)).toBe(true)
  })

  it('counts no time in which nobody heard of it', () => {
    const unheard = execution({
      status: 'running',
      outcome: 'running',
      durationMs: null,
      firstSeen: NOW - 60_000,
      unheardSince: NOW - 58_000,
    })
    expect(shownDuration(unheard, NOW)).toEqual({ ms: 2000, measured: 'observed' })
    expect(holds('duration:>4s', unheard)).toBe(false)
    expect(executionReason(unheard)).toContain('it may have finished since')
  })

  it('takes moments as UTC, to the day, the minute, the second or the millisecond', () => {
    const e = execution({ firstSeen: Date.parse('2026-11-21T16:40:00Z') })
    expect(holds('at:2026-11-21..2026-11-22', e)).toBe(true)
    expect(holds('at:2026-11-21T16:40Z..2026-11-21T16:41', e)).toBe(true)
    expect(holds('at:>2026-11-21T16:40:00', e)).toBe(false)
    expect(holds('at:<=2026-11-21T16:40:00.000Z', e)).toBe(true)
    expect(holds('at:2026-11-21T16:39:59Z..2026-11-21T16:40:00Z', e)).toBe(true)
    expect(parseFilter('at:yesterday', vocabulary).problems[0]?.message).toContain('at:>2026-11-21 (UTC)')
    expect(parseFilter('at:2026-13-41', vocabulary).problems).toHaveLength(1)
  })

  it.each(['running', 'created', 'pending_run'] as const)(
    'does not find as %s what left the server in that state',
    (status) => {
      const lost = execution({ status, outcome: 'unknown', durationMs: null, live: false })
      expect(holds(`status:${status}`, lost)).toBe(false)
      expect(holds('outcome:running', lost)).toBe(false)
      expect(holds('status:unknown', lost)).toBe(true)
      expect(holds(`status:${status}`, { ...lost, live: true })).toBe(true)
      expect(holds('status:done', { ...lost, status: 'done' })).toBe(true)
    },
  )

  it('does not guess how long a lost one took', () => {
    const lost = execution({ status: 'running', outcome: 'unknown', durationMs: null, live: false })
    expect(shownDuration(lost, NOW)).toBeNull()
    expect(holds('duration:unknown kept:gearboard', lost)).toBe(true)
    expect(executionReason(lost)).toContain('Removed from the server')
  })
})

describe('executionTrouble', () => {
  it('explains what is stuck in words and leaves a quiet one alone', () => {
    expect(executionReason(execution({ status: 'pending_run', outcome: 'waiting' }))).toBe(
      "pending_run: acknowledged, waits for the initiator's start",
    )
    expect(executionReason(execution({}))).toBeNull()
    expect(executionReason(execution({ outcome: 'aborted', abortCause: 'idle' }))).toContain('ExecutionMaxIdleTime')
  })

  it('names only what is known', () => {
    expect(executionName(execution({}))).toBeNull()
    expect(executionName(execution({ origin: { kind: 'submission', name: 'rollup', sourceId: '1' } }))).toBe('rollup')
  })
})

it.each(['id', 'registration'])('a whole %s finds itself alone, a part of it all that have that', (field) => {
  const id = `${'a'.repeat(40)}-1`
  const of = (registrationId: string) =>
    execution({ id: registrationId, origin: { kind: 'registration', name: 'greet', registrationId, inferred: true } })
  const rows = [of(id), of(`${id}2`), of(`${id}20`)]
  const found = (value: string) => rows.filter((row) => holds(`${field}:${value}`, row)).length
  expect([id, id.toUpperCase(), `${id}2`, 'a-1', '-12', id.slice(1)].map(found)).toEqual([1, 1, 1, 3, 2, 3])
})

it('takes a part of the id of the registration that started it, and of nothing else', () => {
  const id = '0-12'
  const registered = execution({ origin: { kind: 'registration', name: 'greet', registrationId: id, inferred: true } })
  const submitted = execution({ origin: { kind: 'submission', name: id, sourceId: id } })
  expect(holds('registration:-12', registered)).toBe(true)
  expect(holds('registration:-13', registered)).toBe(false)
  for (const other of [submitted, execution({ origin: { kind: 'unknown' } })]) {
    expect(holds('registration:-12', other)).toBe(false)
    expect(holds('-registration:-12', other)).toBe(true)
  }
})
