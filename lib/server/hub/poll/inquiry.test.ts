import { GearsError, type Shard } from '@gearboard/gears'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Inquiry } from './inquiry'

beforeEach(() => vi.useFakeTimers({ now: 1_700_000_000_000 }))
afterEach(() => vi.useRealTimers())

/** A question whose answers take so long, ms, and the shard that it is asked of. */
function asking({ takesMs = 10, alone = false } = {}) {
  const state: { takesMs: number; error: Error | undefined } = { takesMs, error: undefined }
  const asked: ('send' | 'sendApart')[] = []
  const send: Shard['send'] = () => Promise.reject(new Error('the question answers itself'))
  const sendApart: Shard['sendApart'] = (...args) => send(...args)
  const shard = { key: 'a', address: 'a:6379', nodeId: null, slots: [], distanceMs: 0, send, sendApart }
  const inquiry = new Inquiry<number>(
    () => shard,
    {
      name: 'RG.DUMPEXECUTIONS',
      ask: async (of) => {
        asked.push(of.send === sendApart ? 'sendApart' : 'send')
        await new Promise((resolve) => setTimeout(resolve, state.takesMs))
        if (state.error) throw state.error
        return asked.length
      },
      sizeOf: () => 1,
    },
    alone,
  )
  const answered = async (timed = true) => {
    const done = inquiry.ask(timed)
    await vi.advanceTimersByTimeAsync(state.takesMs)
    await done
  }
  return { inquiry, asked, state, answered }
}

test('an answer carries when it was asked for, and when the one before it was', async () => {
  const { inquiry, answered } = asking()
  await answered()
  expect(inquiry.lastAnswer).toMatchObject({ value: 1, at: 1_700_000_000_000, previousAt: null })
  await vi.advanceTimersByTimeAsync(990)
  await answered()
  expect(inquiry.lastAnswer).toMatchObject({ value: 2, at: 1_700_000_001_000, previousAt: 1_700_000_000_000 })
})

test('one is under way at a time: who asks meanwhile shares it, and who asks anew gets the next', async () => {
  const { inquiry, asked, state } = asking()
  const first = inquiry.ask(true)
  expect(inquiry.underWay).toBe(true)
  expect(inquiry.isDue(0)).toBe(false)
  const shared = inquiry.ask(true)
  const anew = inquiry.askAnew()
  await vi.advanceTimersByTimeAsync(state.takesMs)
  await Promise.all([first, shared])
  expect(asked).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(state.takesMs)
  await anew
  expect(inquiry.underWay).toBe(false)
  expect(inquiry.lastAnswer?.value).toBe(2)
})

test('what is cheap is due as often as wanted, and now where somebody waits', async () => {
  const { inquiry, answered } = asking()
  expect(inquiry.isDue(500)).toBe(true)
  await answered()
  expect(inquiry.isDue(500)).toBe(false)
  expect(inquiry.isDue(0)).toBe(true)
  // A timer may come a little early.
  await vi.advanceTimersByTimeAsync(450)
  expect(inquiry.isDue(500)).toBe(false)
  await vi.advanceTimersByTimeAsync(25)
  expect(inquiry.isDue(500)).toBe(true)
})

test('what is costly is not due at once, though somebody waits; of another server it is', async () => {
  const { inquiry, answered } = asking({ takesMs: 400 })
  await answered()
  expect(inquiry.isDue(0)).toBe(false)
  await vi.advanceTimersByTimeAsync(4000)
  expect(inquiry.isDue(0)).toBe(true)
  await answered()
  expect(inquiry.isDue(0)).toBe(false)
  inquiry.forget()
  expect(inquiry.lastAnswer).toBeUndefined()
  expect(inquiry.isDue(500)).toBe(true)
})

test('what is asked alone has a connection of its own until it is known to be cheap', async () => {
  const cheap = asking({ alone: true })
  for (let time = 0; time < 3; time++) await cheap.answered()
  expect(cheap.asked).toEqual(['sendApart', 'send', 'send'])
  const costly = asking({ alone: true, takesMs: 400 })
  for (let time = 0; time < 3; time++) await costly.answered()
  expect(costly.asked).toEqual(['sendApart', 'sendApart', 'sendApart'])
})

test('a failure is kept beside what was told last, until an answer comes', async () => {
  const { inquiry, state, answered } = asking()
  await answered()
  state.error = new GearsError('rejected', 'ERR not now')
  await answered()
  expect(inquiry.failure).toBe(state.error)
  expect(inquiry.lastAnswer?.value).toBe(1)
  state.error = undefined
  await answered()
  expect(inquiry.failure).toBeUndefined()
  expect(inquiry.lastAnswer?.value).toBe(3)
})

test.each([
  ['one that came too late tells what it costs', new GearsError('timeout', 'late'), true, 400],
  ['one that was refused does not', new GearsError('rejected', 'ERR'), true, null],
  ['one that others hold up does not', new GearsError('timeout', 'late'), false, null],
])('%s', async (_, error, timed, costMs) => {
  const { inquiry, state, answered } = asking({ takesMs: 400 })
  state.error = error
  await answered(timed)
  expect(inquiry.pace.costMs).toBe(costMs)
})
