import type { PythonStats } from '@gearboard/gears/vocabulary/environment'
import { expect, test } from 'vitest'
import type { Growth } from '@/lib/model/record/growth'
import type { Sample } from '@/lib/model/record/sample'
import { memoryNow } from '@/lib/model/record/sample-view'
import { memoryAnswer } from './answer'

const answer = (memory: Record<string, PythonStats | null>, growth?: Parameters<typeof memoryAnswer>[2]) => {
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
  return memoryAnswer(now, Object.keys(memory).length, growth)
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

const perHour = (value: number, low: number, high: number) => ({ value, low, high })
const functions: Growth['functions'] = [
  {
    functions: [{ name: 'orders', registrationId: null }],
    runs: 9000,
    verdict: 'flat',
    bytesPerRun: perHour(0, -9, 9),
  },
  {
    functions: [{ name: 'audit', registrationId: null }],
    runs: 40,
    verdict: 'grows',
    bytesPerRun: perHour(700, 500, 900),
  },
  {
    functions: [{ name: 'carts', registrationId: null }],
    runs: 2400,
    verdict: 'grows',
    bytesPerRun: perHour(464, 332, 596),
  },
  { functions: [{ name: 'labels', registrationId: null }], runs: 9, verdict: 'unclear', why: 'few' },
]

test.each([
  [
    'which function adds how much a run',
    { perHour: perHour(4e6, 3e6, 5e6), functions },
    '; carts adds 464 B a run (332 B to 596 B).',
  ],
  [
    'growth without a known cause',
    { perHour: perHour(4e6, 3e6, 5e6), functions: [] },
    '; it grows by 4 MB per hour (3 MB to 5 MB).',
  ],
  ['memory that shrinks', { perHour: perHour(-4e6, -5e6, -3e6), functions: [] }, '; it shrinks by 4 MB per hour.'],
  ['no growth', { perHour: perHour(1e3, -3e6, 5e6), functions: [] }, ', with no measurable growth.'],
  ['that it is too early', { perHour: null, missingMs: 180_000, functions: [] }, '; too early to say what grows.'],
  ['nothing where too little is known', { perHour: null, functions: [] }, '.'],
])('the headline says %s', (_, growth, end) =>
  expect(answer({ a: stats(28e6) }, growth).headline).toBe(`Python uses 28 MB on one server${end}`),
)
