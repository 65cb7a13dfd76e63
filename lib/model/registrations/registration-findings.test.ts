import { describe, expect, it } from 'vitest'
import { counters, NOTHING_OBSERVED, streamReader } from '../testing'
import type { RegistrationHealth } from './health'
import type { Registration } from './registration'
import { failingSinceOf, registrationFindings } from './registration-findings'
import type { RegistrationObservation } from './registration-observation'

const MINUTE = 60_000
const NOW = 100 * MINUTE

const stream = (
  health: RegistrationHealth,
  observed: Partial<RegistrationObservation> = {},
  changes: Parameters<typeof streamReader>[0] = {},
) =>
  streamReader({
    health,
    counters: counters(100, 4),
    observed: { ...NOTHING_OBSERVED, ...observed },
    ...changes,
    args: { retryIntervalS: 5, ...changes.args },
  })

const kinds = (r: Registration) => registrationFindings(r, NOW).map(({ kind }) => kind)

describe('failing', () => {
  it('says how many in a row, and what becomes of the entries', () => {
    const [found] = registrationFindings(stream('failing', { failedInRow: 31, failingSince: 5 }), NOW)
    expect(found).toMatchObject({ kind: 'failing', since: 5 })
    expect(found?.words).toContain('All of its last 31 runs failed')
    expect(found?.words).toContain('the entries of a failed batch are acknowledged and not read again')
  })

  it('counts nothing that nobody saw', () => {
    const [found] = registrationFindings(
      stream('failing', { failedInRow: null, failingForLonger: true, failingSince: 5 }),
      NOW,
    )
    expect(found?.words).toContain('Its last run failed, since before Gearboard’s first poll')
  })

  it('of a reader that tries again is a loop after some times', () => {
    const retry = { args: { onFailedPolicy: 'retry' as const } }
    expect(kinds(stream('retrying', { failedInRow: 2 }, retry))).toEqual([])
    const [found] = registrationFindings(stream('retrying', { failedInRow: 9, failingSince: 7 }, retry), NOW)
    expect(found).toMatchObject({ kind: 'retry-loop', since: 7 })
    expect(found?.words).toContain('Failed 9 times in a row. It retries the failed batch every 5 s')
    expect(kinds(stream('retrying', { failedInRow: null }, retry))).toEqual(['retry-loop'])
  })

  it('of a reader that gives up is the end', () => {
    expect(kinds(stream('aborted'))).toEqual(['stopped'])
  })
})

describe('quiet', () => {
  const rhythm = { usualMs: 2000, longestMs: 10_000 }

  it('is what came often and comes no more', () => {
    expect(kinds(stream('ok', { rhythm, triggeredAt: NOW - MINUTE + 1 }))).toEqual([])
    const [found] = registrationFindings(stream('ok', { rhythm, triggeredAt: NOW - 5 * MINUTE }), NOW)
    expect(found).toMatchObject({ kind: 'quiet', since: NOW - 5 * MINUTE })
    expect(found?.words).toMatch(
      /^Not triggered for 5 min; usually about every 2 s\. Streams shows whether entries are waiting\./,
    )
  })

  it('is not said of what comes in bursts, is paused, has no rhythm, or is not seen on every shard', () => {
    const at = { triggeredAt: NOW - 5 * MINUTE }
    expect(kinds(stream('ok', { ...at, rhythm: { usualMs: 2000, longestMs: 2 * MINUTE } }))).toEqual([])
    expect(kinds(stream('paused', { ...at, rhythm }))).toEqual([])
    expect(kinds(stream('ok', at))).toEqual([])
    expect(kinds(stream('ok', { ...at, rhythm }, { coverage: { answered: 2, of: 3 } }))).toEqual([])
  })
})

it('a success does not hide that it fails now and then', () => {
  const [found] = registrationFindings(
    stream('flaky', { failedAt: NOW - MINUTE, percent: 4, recent: { all: 300, failed: 12 } }),
    NOW,
  )
  expect(found).toMatchObject({
    kind: 'flaky',
    since: NOW - MINUTE,
    words: '4 % of its runs in the last 15 min failed: 12 of 300 that were seen.',
  })
})

it.each([
  [48 * 1000, 'in the last 48 s'],
  [MINUTE, 'in the last minute'],
  [7 * MINUTE, 'in the last 7 min'],
  [3 * 60 * MINUTE, 'in the last 15 min'],
  [-5000, 'in the last second'],
])('runs that were watched for %i ms are of that time', (watched, span) => {
  const observed = { recentSince: NOW - watched, percent: 50, recent: { all: 2, failed: 1 } }
  const [found] = registrationFindings(stream('flaky', observed), NOW)
  expect(found?.words).toBe(`50 % of its runs ${span} failed: 1 of 2 that were seen.`)
})

it('a pause that still fires, and counters that went back, are said', () => {
  expect(kinds(stream('paused', { triggeredWhilePaused: 2 }))).toEqual(['fires-though-paused'])
  expect(kinds(stream('ok', { wentBackAt: NOW - MINUTE }))).toEqual(['went-back'])
})

it('who cleared the counters is said where it was us', () => {
  const words = (wentBackByUs: boolean) =>
    registrationFindings(stream('ok', { wentBackAt: NOW - MINUTE, wentBackByUs }), NOW)[0]?.words
  expect(words(true)).toBe('Its statistics were cleared through Gearboard. The counters restarted then.')
  expect(words(false)).toContain('a shard reloaded, or another client cleared the statistics')
})

describe('since when it fails, on record', () => {
  const point = (at: number, success: number | null, failures: number | null) => ({
    at,
    values: { success, failures },
    peaks: {},
  })

  it('is the first failure after the last success', () => {
    expect(failingSinceOf({ points: [point(1, 5, 1), point(2, 0, 0), point(3, 0, 2), point(4, 0, 1)] })).toBe(3)
    expect(failingSinceOf({ points: [point(1, 0, 1), point(2, null, null), point(3, 0, 2)] })).toBe(1)
  })

  it('is not known without one', () => {
    expect(failingSinceOf({ points: [] })).toBeNull()
    expect(failingSinceOf({ points: [point(1, 0, 2), point(2, 4, 1)] })).toBeNull()
  })
})
