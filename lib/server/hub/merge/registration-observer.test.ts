import {
  type Counters,
  type RunDurations,
  type StreamStatus,
  ZERO_COUNTERS,
} from '@gearboard/gears/vocabulary/registration'
import { describe, expect, it } from 'vitest'
import { RegistrationObserver } from './registration-observer'

const gained = (success: number, failures = 0): Counters => ({
  triggered: success + failures,
  success,
  failures,
  aborted: 0,
})

function watch(remembered: number | null = null) {
  const subject = new RegistrationObserver({ failingSince: () => remembered, recentRuns: () => [] })
  return {
    subject,
    look: (
      at: number,
      growth: Counters | undefined,
      {
        lastError = null,
        status = 'OK',
        shard = 'a',
        durations = { lastMs: 1, totalMs: 1, averageMs: 1 },
      }: { lastError?: string | null; status?: StreamStatus; shard?: string; durations?: RunDurations | null } = {},
      wentBack = false,
    ) =>
      subject.observe({
        shard,
        at,
        sinceMs: growth ? 1000 : null,
        registration: { counters: ZERO_COUNTERS, lastError, status, durations },
        growth,
        wentBack,
      }),
  }
}

describe('failing', () => {
  it('begins with the first look that sees the error, and ends with a success', () => {
    const { subject, look } = watch()
    look(1000, undefined)
    look(2000, gained(3, 1), { lastError: 'boom' })
    look(3000, gained(0, 2), { lastError: 'boom' })
    expect(subject.observation).toMatchObject({
      failingSince: 2000,
      failingForLonger: false,
      failedInRow: 3,
      failedAt: 3000,
    })
    look(4000, gained(1))
    expect(subject.observation).toMatchObject({ failingSince: null, failedInRow: 0, failedAt: 3000 })
  })

  it('that was there before we looked is as old as the record says, or at least so old', () => {
    const unknown = watch()
    unknown.look(5000, undefined, { lastError: 'boom' })
    expect(unknown.subject.observation).toMatchObject({ failingSince: 5000, failingForLonger: true, failedInRow: null })
    const recorded = watch(700)
    recorded.look(5000, undefined, { lastError: 'boom' })
    expect(recorded.subject.observation).toMatchObject({
      failingSince: 700,
      failingForLonger: false,
      failedInRow: null,
    })
  })

  it('on several shards begins with the first of them', () => {
    const { subject, look } = watch()
    look(1000, undefined, { shard: 'a' })
    look(1000, undefined, { shard: 'b' })
    look(2000, gained(0, 1), { lastError: 'boom', shard: 'b' })
    look(3000, gained(0, 1), { lastError: 'boom', shard: 'a' })
    expect(subject.observation.failingSince).toBe(2000)
    subject.lost('b')
    expect(subject.observation.failingSince).toBe(3000)
  })

  it('counts of a look with successes only the last run, which left the error', () => {
    const { subject, look } = watch()
    look(1000, undefined)
    look(2000, gained(0, 4), { lastError: 'boom' })
    look(3000, gained(5, 3), { lastError: 'boom' })
    expect(subject.observation).toMatchObject({ failingSince: 3000, failedInRow: 1 })
  })

  it('in a row is counted per shard: what goes well elsewhere ends no row', () => {
    const { subject, look } = watch()
    for (const shard of ['a', 'b']) look(1000, undefined, { shard })
    for (const at of [2000, 3000, 4000]) {
      look(at, gained(0, 1), { lastError: 'boom', shard: 'a' })
      look(at, gained(7), { shard: 'b' })
    }
    expect(subject.observation).toMatchObject({ failingSince: 2000, failedInRow: 3 })
  })

  it('is over where a success came although 1.0 keeps the last error, until a run fails again', () => {
    const { subject, look } = watch()
    const old = { lastError: 'boom', durations: null }
    look(1000, undefined)
    look(2000, gained(0, 1), old)
    expect(subject.errorIsPast('a')).toBe(false)
    look(3000, gained(2), old)
    expect(subject.observation).toMatchObject({ failingSince: null, failedInRow: 0 })
    expect(subject.errorIsPast('a')).toBe(true)
    look(4000, gained(0), old)
    expect(subject.errorIsPast('a')).toBe(true)
    look(5000, gained(0, 1), old)
    expect(subject.observation).toMatchObject({ failingSince: 5000, failedInRow: 1 })
    expect(subject.errorIsPast('a')).toBe(false)
  })
})

it('a rhythm is told after enough triggers', () => {
  const { subject, look } = watch()
  look(0, undefined)
  for (let i = 1; i <= 8; i++) look(i * 1000, gained(1))
  expect(subject.observation.rhythm).toBeNull()
  look(12_000, gained(1))
  expect(subject.observation).toMatchObject({ rhythm: { usualMs: 1000, longestMs: 4000 }, triggeredAt: 12_000 })
  look(13_000, gained(0))
  expect(subject.observation.triggeredAt).toBe(12_000)
})

it('triggers after a pause count once what had begun may be over', () => {
  const { subject, look } = watch()
  look(0, undefined)
  look(1000, gained(1), { status: 'PAUSED' })
  look(3000, gained(1), { status: 'PAUSED' })
  expect(subject.observation.triggeredWhilePaused).toBe(0)
  look(9000, gained(2), { status: 'PAUSED' })
  expect(subject.observation.triggeredWhilePaused).toBe(2)
  look(9500, gained(0))
  expect(subject.observation.triggeredWhilePaused).toBe(0)
})

it('a counter that went back is remembered with its time', () => {
  const { subject, look } = watch()
  look(1000, undefined)
  look(2000, undefined, {}, true)
  expect(subject.observation.wentBackAt).toBe(2000)
})

it('a counter that went back because we cleared it says so, on that shard and in that time alone', () => {
  const { subject, look } = watch()
  for (const shard of ['a', 'b']) look(1000, undefined, { shard })
  subject.cleared(['a', 'b'], 31_000)
  look(2000, undefined, { shard: 'a' }, true)
  expect(subject.observation).toMatchObject({ wentBackAt: 2000, wentBackByUs: true })
  // Again, on the same shard: that was not us.
  look(3000, undefined, { shard: 'a' }, true)
  expect(subject.observation).toMatchObject({ wentBackAt: 3000, wentBackByUs: false })
  // Refused or lost on the other one, which reloads much later.
  look(40_000, undefined, { shard: 'b' }, true)
  expect(subject.observation).toMatchObject({ wentBackAt: 40_000, wentBackByUs: false })
})

describe('health', () => {
  const past = (...runs: readonly (readonly [at: number, success: number, failures: number])[]) => ({
    failingSince: () => null,
    recentRuns: () => runs.map(([at, success, failures]) => ({ at, success, failures, aborted: 0 })),
  })
  const first = (counters: Counters, lastError: string | null = null) =>
    ({
      shard: 'a',
      at: 1_000_000,
      sinceMs: null,
      registration: { counters, lastError, status: 'OK', durations: { lastMs: 1, totalMs: 1, averageMs: 1 } },
      growth: undefined,
      wentBack: false,
    }) as const

  it('does not flip with the last run, and keeps the last error with its time after successes', () => {
    const { subject, look } = watch()
    look(0, undefined)
    const seen = new Set<string>()
    for (let at = 1; at <= 180; at++) {
      const fails = at % 10 === 0
      look(at * 500, gained(fails ? 2 : 3, fails ? 1 : 0), { lastError: fails ? `boom ${at}` : null })
      if (at > 10) seen.add(subject.health)
    }
    expect([...seen]).toEqual(['flaky'])
    look(91_000, gained(3))
    expect(subject.observation).toMatchObject({ lastError: { at: 90_000, text: 'boom 180' }, failedAt: 90_000 })
  })

  it('after a start is that of the runs on record', () => {
    const subject = new RegistrationObserver(past([900_000, 40, 30], [990_000, 2, 40]))
    subject.observe(first({ triggered: 900, success: 500, failures: 400, aborted: 0 }, 'boom'))
    expect(subject.health).toBe('failing')
    expect(subject.observation).toMatchObject({
      recent: { all: 112, failed: 70 },
      recentSince: 900_000,
      lastError: { at: 990_000, text: 'boom' },
    })
  })

  it('does not take runs on record for its own that it cannot have had', () => {
    const subject = new RegistrationObserver(past([990_000, 2, 40]))
    subject.observe(first({ triggered: 30, success: 25, failures: 5, aborted: 0 }))
    expect(subject.health).toBe('unknown')
    expect(subject.observation).toMatchObject({ recent: { all: 0 }, recentSince: 1_000_000, lastError: null })
  })

  it('of a shard is that of its own runs', () => {
    const { subject, look } = watch()
    for (const shard of ['a', 'b']) look(0, undefined, { shard })
    for (let at = 1; at <= 10; at++) {
      look(at * 1000, gained(9), { shard: 'a' })
      look(at * 1000, gained(0, 1), { shard: 'b', lastError: 'boom' })
    }
    expect([subject.health, subject.healthOn('a'), subject.healthOn('b')]).toEqual(['failing', 'ok', 'failing'])
  })
})
