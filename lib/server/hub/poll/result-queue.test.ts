import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { executionPart } from '@/lib/model/testing'
import { DetailBudget } from './detail-budget'
import type { ReadResults } from './read-results'
import { MOST_RECORDS, ResultQueue } from './result-queue'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const question = (sequence: number) => ({ key: String(sequence), id: `0-${sequence}`, registered: true })
const STEP = { durationMs: 1, global: false }
/** Its records were made text, as the builder does it. */
const TEXT = [
  {
    ...STEP,
    type: 'map',
    name: 'RedisGearsPy_PyCallbackMapper',
    arg: '<function GearsBuilder.run.<locals>.<lambda> at 0x7f>',
  },
]
const part = (results: number | null, steps = TEXT) => executionPart({ results, steps })

/** A queue, and a server that has these results; what it is asked for is noted. */
function reading(answer: (id: string) => ReadResults = () => ({ values: ['a'] })) {
  const queue = new ResultQueue()
  const budget = new DetailBudget(performance.now())
  const asked: string[] = []
  const told: string[] = []
  const reader = {
    read: async (_: unknown, id: string) => {
      asked.push(id)
      return answer(id)
    },
  }
  const shard = { key: 'a', distanceMs: 0, send: () => Promise.reject(new Error('nothing is sent but by the reader')) }
  return {
    queue,
    asked,
    told,
    ask: (details = 0) =>
      queue.ask({ shard, queue: { size: details } }, { budget, reader }, (key) => void told.push(key)),
  }
}

test('reads the newest first, each once', async () => {
  const { queue, asked, told, ask } = reading()
  for (const sequence of [1, 2, 3]) queue.offerResults(question(sequence), part(1))
  await ask()
  expect(asked).toEqual(['0-3', '0-2', '0-1'])
  expect(told).toEqual(['3', '2', '1'])
  await ask()
  expect(asked).toHaveLength(3)
})

test.each([
  ['no record', part(0)],
  ['an unknown count', part(null)],
  ['more records than are read at once', part(MOST_RECORDS + 1)],
  ['records that nothing proves to be text', part(1, [{ ...STEP, type: 'map', name: 'f', arg: '' }])],
])('reads nothing of %s', async (_, unread) => {
  const { queue, asked, ask } = reading()
  queue.offerResults(question(1), unread)
  queue.offerResults(question(2), part(MOST_RECORDS))
  await ask()
  expect(asked).toEqual(['0-2'])
})

test('of more than 500 that wait, the oldest are left out', async () => {
  const { queue, asked, ask } = reading()
  for (let sequence = 1; sequence <= 502; sequence++) queue.offerResults(question(sequence), part(1))
  expect(queue.size).toBe(500)
  await ask()
  vi.advanceTimersByTime(1000)
  await ask()
  expect(asked).toHaveLength(500)
  expect(asked.at(-1)).toBe('0-3')
})

test('waits until the details are asked', async () => {
  const { queue, asked, ask } = reading()
  queue.offerResults(question(1), part(1))
  await ask(1)
  expect(asked).toEqual([])
  await ask()
  expect(asked).toEqual(['0-1'])
})

describe('after a reply that is large', () => {
  const large = { values: ['x'.repeat(300_000)] }

  test.each([
    ['one text', large],
    ['many texts', { values: Array.from({ length: 100 }, () => 'x'.repeat(3000)) }],
    ['nested lists', { values: [[['x'.repeat(200_000)], 'x'.repeat(100_000)]] }],
  ])('none is read for ten seconds: %s', async (_, reply) => {
    const { queue, asked, told, ask } = reading((id) => (id === '0-2' ? reply : { values: ['small'] }))
    for (const sequence of [1, 2]) queue.offerResults(question(sequence), part(1))
    await ask()
    // The large one is recorded, too.
    expect(told).toEqual(['2'])
    vi.advanceTimersByTime(9900)
    await ask()
    expect(asked).toEqual(['0-2'])
    vi.advanceTimersByTime(200)
    await ask()
    expect(asked).toEqual(['0-2', '0-1'])
  })

  test('the next one is read at once where it was smaller than 256,000 characters', async () => {
    const { queue, asked, ask } = reading(() => ({ values: ['x'.repeat(255_000)] }))
    for (const sequence of [1, 2]) queue.offerResults(question(sequence), part(1))
    await ask()
    expect(asked).toEqual(['0-2', '0-1'])
  })
})

test('passes over what has left the server, and reads on', async () => {
  const { queue, told, ask } = reading((id) => (id === '0-2' ? { withheld: { why: 'gone' } } : { values: ['a'] }))
  for (const sequence of [1, 2]) queue.offerResults(question(sequence), part(1))
  await ask()
  expect(told).toEqual(['1'])
})

test('one reading is under way at a time', async () => {
  const { queue, asked, ask } = reading()
  for (const sequence of [1, 2]) queue.offerResults(question(sequence), part(1))
  await Promise.all([ask(), ask()])
  expect(asked).toEqual(['0-2', '0-1'])
})
