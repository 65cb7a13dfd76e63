import { expect, test } from 'vitest'
import type { FunctionProfile, Profile } from '@/lib/model/profile/profile'
import { spreadOf } from '@/lib/model/record/statistics'
import { profilerHeadline } from './profiler-headline'

const took = (name: string | null, ...ms: number[]): FunctionProfile => {
  const spread = spreadOf(ms)
  if (!spread) throw new Error('one value has a spread')
  return { name, latest: ms, ...spread }
}
const profile = (...functions: FunctionProfile[]): Profile => ({
  functions,
  steps: [],
  executions: functions.length,
  profiled: 0,
})

test('the slowest function stands first, and what is slower than all that have a name is not passed over', () => {
  expect(profilerHeadline([false], profile(took('word-count', 900), took(null, 20)))).toBe(
    'Slowest: word-count, 900 ms in 1 run.',
  )
  expect(profilerHeadline([false], profile(took(null, 900), took('word-count', 20)))).toBe(
    'Slowest: unknown functions, 900 ms in 1 run; slowest known: word-count, 20 ms in 1 run.',
  )
  expect(profilerHeadline([false], profile(took(null, 900)))).toBe('Slowest: unknown functions, 900 ms in 1 run.')
})

test('a percentile is told only of runs enough to have one', () => {
  const runs = (n: number) => profile(took('orders', ...Array.from({ length: n }, (_, i) => i + 1)))
  expect(profilerHeadline([true], runs(3))).toBe('Slowest: orders, up to 3 ms in 3 runs.')
  expect(profilerHeadline([true], runs(19))).toBe('Slowest: orders, up to 19 ms in 19 runs.')
  expect(profilerHeadline([true], runs(100))).toMatch(/^Slowest: orders, p95 9\d(\.\d)? ms in 100 runs\.$/)
})

test('nothing timed says whether profiling is on', () => {
  expect(profilerHeadline([true, false], profile())).toBe('No timed executions yet.')
  expect(profilerHeadline([false], profile())).toMatch(/^Profiling is off/)
})
