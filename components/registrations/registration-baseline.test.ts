import type { Counters } from '@gearboard/gears/vocabulary/registration'
import { expect, it } from 'vitest'
import type { RegistrationPart } from '@/lib/model/registrations/registration'
import { NOTHING_OBSERVED } from '@/lib/model/testing'
import { baselineOf, gainedSince, gainInWords } from './registration-baseline'

const part = (shard: string, counters: Counters): RegistrationPart => ({
  shard,
  counters,
  rates: null,
  durations: null,
  lag: null,
  status: null,
  lastError: null,
  errorIsPast: false,
  health: 'ok',
})
const counters = (triggered: number, failures: number): Counters => ({
  triggered,
  success: triggered - failures - 5,
  failures,
  aborted: 5,
})
const now = (...perShard: readonly RegistrationPart[]) => ({ perShard, observed: NOTHING_OBSERVED })

const then = now(part('a', counters(100, 5)), part('b', counters(1000, 0)))
const baseline = baselineOf(then, 1000)

it('tells what was gained on all shards, and leaves out what did not move', () => {
  const gain = gainedSince(baseline, now(part('a', counters(1131, 7)), part('b', counters(1001, 0))))
  expect(gain).toEqual({ gained: { triggered: 1032, success: 1030, failures: 2, aborted: 0 } })
  expect(gain.gained && gainInWords(gain.gained)).toBe('+1,032 triggered, +1,030 success, +2 failed')
  const same = gainedSince(baseline, then)
  expect(same.gained && gainInWords(same.gained)).toBe('no change')
})

it('tells nothing where one shard’s counters the counters were reset: a shard reloaded, or the statistics were cleared, though the sum grew', () => {
  expect(gainedSince(baseline, now(part('a', counters(50, 0)), part('b', counters(9000, 0))))).toMatchObject({
    gained: null,
    why: expect.stringContaining('the counters were reset: a shard reloaded, or the statistics were cleared'),
  })
})

it('tells nothing where they the counters were reset: a shard reloaded, or the statistics were cleared and grew beyond the baseline since', () => {
  const grown = now(part('a', counters(900, 5)), part('b', counters(9000, 0)))
  expect(gainedSince(baseline, { ...grown, observed: { ...NOTHING_OBSERVED, wentBackAt: 2000 } }).gained).toBeNull()
  expect(gainedSince(baseline, { ...grown, observed: { ...NOTHING_OBSERVED, wentBackAt: 500 } }).gained).not.toBeNull()
})

it('tells nothing where the shards are others than then', () => {
  const [a, b] = then.perShard
  if (!a || !b) throw new Error('two parts')
  expect(gainedSince(baseline, now(a)).gained).toBeNull()
  expect(gainedSince(baseline, now(a, b, part('c', counters(5, 0)))).gained).toBeNull()
})
