import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import { describe, expect, it } from 'vitest'
import { executionPart } from '../testing'
import { profileOf } from './profile'

const part = (totalDurationMs: number, steps: readonly (number | null)[] = [], shard = 'a'): ExecutionPart =>
  executionPart({
    shard,
    results: 1,
    totalDurationMs,
    readDurationMs: 1,
    steps: steps.map((durationMs) => ({
      type: 'map',
      name: 'RedisGearsPy_PyCallbackMapper',
      arg: '<function parse at 0x7f00>',
      durationMs,
      global: false,
    })),
  })

describe('profileOf', () => {
  it('puts the slowest function first, and keeps its durations in the order of time', () => {
    const profile = profileOf([
      { name: 'slow', firstSeen: 3, parts: [part(300)] },
      { name: 'slow', firstSeen: 1, parts: [part(100)] },
      { name: 'quick', firstSeen: 2, parts: [part(5)] },
      { name: null, firstSeen: 4, parts: [] },
    ])
    expect(profile.functions.map(({ name, count, p50 }) => [name, count, p50])).toEqual([
      ['slow', 2, 100],
      ['quick', 1, 5],
    ])
    expect(profile.functions[0]?.latest).toEqual([100, 300])
    expect(profile).toMatchObject({ executions: 3, profiled: 0, steps: [] })
  })

  it('leaves out what was aborted, by whatever way: it says nothing of how long a function takes', () => {
    const forced = String.raw`['Traceback (most recent call last):\n', '  File "<string>", line 2, in f\n', 'gears.forcestopped\n']`
    const aborted = [
      [{ ...part(218_000), errors: [forced] }],
      [{ ...part(9000), status: 'aborted' as const }],
      [part(10), { ...part(2110, [], 'b'), errors: ['Execution max idle reached'] }],
    ]
    const runs = [...aborted, [part(12)], [{ ...part(30), errors: ["KeyError: 'x'"] }]]
    const profile = profileOf(runs.map((parts, firstSeen) => ({ name: 'f', firstSeen, parts })))
    expect(profile.functions).toMatchObject([{ name: 'f', count: 2, max: 30 }])
    expect(profile.executions).toBe(2)
  })

  it('takes the slowest shard of each step, and only executions whose steps were timed', () => {
    const profile = profileOf([
      { name: 'f', firstSeen: 1, parts: [part(50, [10, 2]), part(60, [30, 1], 'b')] },
      { name: 'f', firstSeen: 2, parts: [part(50, [null, null])] },
    ])
    expect(profile.profiled).toBe(1)
    expect(profile.steps.map(({ number, title, p50, count }) => [number, title, p50, count])).toEqual([
      [2, 'parse', 30, 1],
      [3, 'parse', 2, 1],
      [1, 'reader', 1, 1],
    ])
  })
})
