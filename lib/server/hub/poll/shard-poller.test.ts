import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ShardPoller } from './shard-poller'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A poller whose polls take so long, ms; records the start of each, and the lists that it was asked for anew. */
function polling({ intervalMs = 500, takesMs = 10 } = {}) {
  const polls: { readonly at: number; readonly fresh: boolean; readonly anew: readonly string[] }[] = []
  const state = { intervalMs, takesMs, atOnce: 0, most: 0 }
  const begin = performance.now()
  const poller = new ShardPoller(
    async (fresh, anew) => {
      polls.push({ at: Math.round(performance.now() - begin), fresh, anew })
      state.most = Math.max(state.most, ++state.atOnce)
      await new Promise((resolve) => setTimeout(resolve, state.takesMs))
      state.atOnce--
    },
    () => state.intervalMs,
  )
  return { poller, polls, state, starts: () => polls.map(({ at }) => at) }
}

test('polls at once, and then so often from start to start, however long each takes', async () => {
  const { poller, starts, polls } = polling({ takesMs: 200 })
  poller.start()
  await vi.advanceTimersByTimeAsync(1600)
  expect(starts()).toEqual([0, 500, 1000, 1500])
  expect(polls.every(({ fresh, anew }) => !fresh && anew.length === 0)).toBe(true)
})

test('one that takes longer than the interval is followed by the next at once, and never by two at a time', async () => {
  const { poller, starts, state } = polling({ takesMs: 700 })
  poller.start()
  void poller.fresh()
  await vi.advanceTimersByTimeAsync(2200)
  expect(starts().map((at) => Math.floor(at / 100))).toEqual([0, 7, 14, 21])
  expect(state.most).toBe(1)
})

test('ends for good, also in the middle of a poll, and answers those who still wait', async () => {
  const { poller, starts } = polling()
  poller.start()
  await vi.advanceTimersByTimeAsync(505)
  expect(starts()).toEqual([0, 500])
  let over = false
  void poller.fresh().then(() => {
    over = true
  })
  poller.stop()
  await vi.advanceTimersByTimeAsync(5000)
  poller.hurry()
  await vi.advanceTimersByTimeAsync(5000)
  expect(starts()).toEqual([0, 500])
  expect(over).toBe(true)
})

test('hurries where the interval has become shorter, and not before it is over', async () => {
  const { poller, starts, state } = polling({ intervalMs: 5000 })
  poller.start()
  await vi.advanceTimersByTimeAsync(1000)
  state.intervalMs = 1500
  poller.hurry()
  await vi.advanceTimersByTimeAsync(400)
  expect(starts()).toEqual([0])
  await vi.advanceTimersByTimeAsync(200)
  expect(starts()).toEqual([0, 1500])
})

test('a fresh poll begins after the call, is shared by all who wait, and names what each of them wants anew', async () => {
  const { poller, polls, starts } = polling({ takesMs: 100 })
  poller.start()
  await vi.advanceTimersByTimeAsync(50)
  const ended: string[] = []
  void poller.fresh('executions').then(() => ended.push('one'))
  void poller.fresh('registrations').then(() => ended.push('other'))
  await vi.advanceTimersByTimeAsync(60)
  expect(starts()).toEqual([0, 100])
  expect(polls[1]).toMatchObject({ fresh: true, anew: ['executions', 'registrations'] })
  expect(ended).toEqual([])
  await vi.advanceTimersByTimeAsync(100)
  expect(ended).toEqual(['one', 'other'])
  // The next one is of its own again.
  await vi.advanceTimersByTimeAsync(500)
  expect(polls[2]).toMatchObject({ at: 600, fresh: false, anew: [] })
})
