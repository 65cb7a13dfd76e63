import { expect, test } from 'vitest'
import { FakeChannel } from '@/test/fake-channel'
import { ChannelLocks } from './channel-locks'

/** One browser. A tab `crash`es without releasing anything. */
function browser() {
  const peers = new Set<FakeChannel>()
  const holders: string[] = []
  const openTab = (name: string) => {
    const channel = new FakeChannel(peers)
    const locks = new ChannelLocks(() => channel, { answerMs: 10, againMs: 30 })
    const leaving = new AbortController()
    const left = new Promise<void>((resolve) => leaving.signal.addEventListener('abort', () => resolve()))
    const hold = async (lock: string, signal?: AbortSignal) => {
      try {
        await locks.request(lock, { signal }, async () => {
          holders.push(name)
          await left
        })
      } finally {
        const at = holders.indexOf(name)
        if (at >= 0) holders.splice(at, 1)
      }
    }
    const crash = () => {
      channel.close()
      const at = holders.indexOf(name)
      if (at >= 0) holders.splice(at, 1)
    }
    return { name, locks, channel, hold, leave: () => leaving.abort(), crash }
  }
  return { holders, openTab, peers }
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test.each([2, 5, 20])('of %i tabs that want a lock at once one has it, and each in its turn', async (count) => {
  const { holders, openTab } = browser()
  const tabs = Array.from({ length: count }, (_, n) => openTab(`tab ${n}`))
  const requests = new Map(tabs.map((tab) => [tab.name, tab.hold('a')]))
  for (let left = count; left > 0; left--) {
    await expect.poll(() => holders.length).toBe(1)
    await later(20)
    expect(holders).toHaveLength(1)
    const [name = ''] = holders
    tabs.find((tab) => tab.name === name)?.leave()
    await requests.get(name)
  }
  await expect.poll(() => holders).toEqual([])
})

test('a lock that another tab has is not available, and one of another name is', async () => {
  const { holders, openTab } = browser()
  const [first, second] = [openTab('first'), openTab('second')]
  void first.hold('a')
  await expect.poll(() => holders).toEqual(['first'])
  const available = (name: string) => second.locks.request(name, { ifAvailable: true }, (lock) => lock !== null)
  expect(await available('a')).toBe(false)
  expect(await available('b')).toBe(true)
  first.leave()
  await expect.poll(() => available('a')).toBe(true)
  expect(await first.locks.request('a', { ifAvailable: true }, () => 'held')).toBe('held')
})

test('two requests of one tab exclude each other', async () => {
  const { holders, openTab } = browser()
  const tab = openTab('first')
  void tab.hold('a')
  await expect.poll(() => holders).toEqual(['first'])
  expect(await tab.locks.request('a', { ifAvailable: true }, (lock) => lock)).toBe(null)
})

test('when a tab crashes that has the lock, another gets it', async () => {
  const { holders, openTab } = browser()
  const [first, second] = [openTab('first'), openTab('second')]
  void first.hold('a')
  await expect.poll(() => holders).toEqual(['first'])
  void second.hold('a')
  await later(50)
  first.crash()
  await expect.poll(() => holders).toEqual(['second'])
})

test('a request that is aborted while it waits rejects with the reason, and gets nothing', async () => {
  const { holders, openTab } = browser()
  const [first, second] = [openTab('first'), openTab('second')]
  void first.hold('a')
  await expect.poll(() => holders).toEqual(['first'])
  const giveUp = new AbortController()
  const request = second.hold('a', giveUp.signal)
  await later(20)
  giveUp.abort(new Error('no longer wanted'))
  await expect(request).rejects.toThrow('no longer wanted')
  first.leave()
  await later(50)
  expect(holders).toEqual([])
})

test('of two tabs that both have it, since one was too busy to answer, one loses it', async () => {
  const { holders, openTab } = browser()
  const [busy, other] = [openTab('busy'), openTab('other')]
  const requests = [busy.hold('a')]
  await expect.poll(() => holders).toEqual(['busy'])
  busy.channel.freeze()
  requests.push(other.hold('a'))
  await expect.poll(() => holders).toEqual(['busy', 'other'])
  busy.channel.thaw()
  await expect(Promise.race(requests)).rejects.toThrow('Another tab has the lock.')
  expect(holders).toHaveLength(1)
})

test.each([
  null,
  'ask',
  { type: 'ask' },
  { type: 'steal', name: 'a', from: '0' },
  { type: 'held', name: 7, from: '0' },
])('a message that is %j is ignored', async (message) => {
  const { holders, openTab, peers } = browser()
  const tab = openTab('first')
  void tab.hold('a').catch(() => undefined)
  new FakeChannel(peers).postMessage(message)
  await expect.poll(() => holders).toEqual(['first'])
  new FakeChannel(peers).postMessage(message)
  expect(holders).toEqual(['first'])
})
