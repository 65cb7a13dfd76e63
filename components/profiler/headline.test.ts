import { expect, test } from 'vitest'
import type { FunctionProfile, Profile } from '@/lib/model/profile'
import { spreadOf } from '@/lib/model/statistics'
import { profilerHeadline } from './headline'

const took = (name: string | null, ms: number): FunctionProfile => {
  const spread = spreadOf([ms])
  if (!spread) throw new Error('one value has a spread')
  return { name, latest: [ms], ...spread }
}
const profile = (...functions: FunctionProfile[]): Profile => ({
  functions,
  steps: [],
  executions: functions.length,
  profiled: 0,
})

test('the slowest function stands first, and what is slower than all that have a name is not passed over', () => {
  expect(profilerHeadline([false], profile(took('word-count', 900), took(null, 20)))).toMatch(
    /^word-count takes up to 900 ms/,
  )
  expect(profilerHeadline([false], profile(took(null, 900), took('word-count', 20)))).toMatch(
    /^Executions of unknown functions take up to 900 ms in 95 of 100 runs; of those with a name, word-count takes up to 20 ms/,
  )
  expect(profilerHeadline([false], profile(took(null, 900)))).toMatch(/^Executions of unknown functions .* runs\.$/)
})

test('nothing timed says whether profiling is on', () => {
  expect(profilerHeadline([true, false], profile())).toBe('No execution was timed yet.')
  expect(profilerHeadline([false], undefined)).toMatch(/^Profiling is off/)
})
