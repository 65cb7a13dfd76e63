import type { PythonStats } from '@gearboard/gears/vocabulary/environment'
import { expect, test } from 'vitest'
import type { Sample } from '@/lib/model/record/sample'
import { memoryNow } from '@/lib/model/record/sample-view'
import { memoryAnswer } from './answer'

const answer = (memory: Record<string, PythonStats | null>) => {
  const sample: Sample = {
    at: 0,
    running: 0,
    waiting: 0,
    ended: { ok: 0, failed: 0, aborted: 0, unknown: 0 },
    triggered: null,
    failures: null,
    memory,
  }
  const now = memoryNow([sample])
  if (!now) throw new Error('no sample')
  return memoryAnswer(now, Object.keys(memory).length)
}

const stats = (current: number): PythonStats => ({ current, peak: current * 2, total: current * 10 })

test('all shards known: their sum and the highest peak', () => {
  expect(answer({ a: stats(56e6), b: stats(42e6) })).toEqual({
    headline: 'Python uses 98 MB on 2 shards.',
    second: 'Highest peak of a shard 112 MB; 980 MB allocated in total since start.',
  })
})

test('a silent shard is named as missing from the sum', () => {
  expect(answer({ a: stats(56e6), b: null }).headline).toBe('Python uses 56 MB on the 1 of 2 shards that answer.')
  expect(answer({ a: null }).headline).toBe('No shard reports its memory.')
})

test('zeros are no measurement', () => {
  expect(answer({ a: { current: 0, peak: 0, total: 0 } }).headline).toBe('Python memory is not measured here.')
})
