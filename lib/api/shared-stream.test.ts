import { expect, onTestFinished, test } from 'vitest'
import { FakeChannel } from '@/test/fake-channel'
import { ChannelLocks, type Locks } from './channel-locks'
import { SharedStream, type Sharing, type Stream, type StreamEvent } from './shared-stream'

/** Locks as a browser has them: each has one holder and a queue. */
class FakeLocks implements Locks {
  private readonly held = new Set<string>()
  private readonly queues = new Map<string, (() => void)[]>()

  async request<T>(
    name: string,
    { ifAvailable, signal }: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    run: (lock: unknown) => Promise<T> | T,
  ): Promise<T> {
    await Promise.resolve()
    if (this.held.has(name)) {
      if (ifAvailable) return run(null)
      await new Promise<void>((resolve, reject) => {
        const queue = this.queues.get(name) ?? []
        this.queues.set(name, queue)
        queue.push(resolve)
        signal?.addEventListener('abort', () => {
          const at = queue.indexOf(resolve)
          if (at < 0) return
          queue.splice(at, 1)
          reject(signal.reason)
        })
      })
    }
    this.held.add(name)
    try {
      return await run({ name })
    } finally {
      const next = this.queues.get(name)?.shift()
      if (next) next()
      else this.held.delete(name)
    }
  }
}

class OwnStream implements Stream {
  readyState = 1
  private readonly listeners = new Map<string, (event: StreamEvent) => void>()

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: (event: StreamEvent) => void): void {
    this.listeners.set(type, listener)
  }

  send(type: string, data?: string): void {
    this.listeners.get(type)?.({ data })
  }

  close(): void {
    this.readyState = 2
  }
}

/** One browser; `openTab` is a tab of it. @param withLocks whether it has Web Locks */
function browser(withLocks = true) {
  const channels = new Map<string, Set<FakeChannel>>()
  const openChannel: Sharing['openChannel'] = (name) => {
    const peers = channels.get(name) ?? new Set()
    channels.set(name, peers)
    return new FakeChannel(peers)
  }
  const webLocks = new FakeLocks()
  const opened: OwnStream[] = []
  const openTab = (name: string | Promise<string>, version?: number) => {
    const tab = { version, heard: [] as string[], stream: undefined as SharedStream | undefined, close: () => {} }
    const stream = new SharedStream(
      { name: async () => name, version: () => tab.version, url: () => `${name} since ${tab.version}` },
      { locks: withLocks ? webLocks : new ChannelLocks(openChannel, { answerMs: 10, againMs: 30 }), openChannel },
      (url) => {
        const own = new OwnStream(url)
        opened.push(own)
        return own
      },
    )
    for (const type of ['beat', 'delta', 'error', 'behind'])
      stream.addEventListener(type, ({ data, after }) => {
        tab.heard.push([type, data, after].filter((part) => part !== undefined).join(' '))
        if (type === 'delta') tab.version = Number(data)
      })
    onTestFinished(() => stream.close())
    return Object.assign(tab, { stream, close: () => stream.close() })
  }
  return { opened, openTab, channels, open: () => opened.filter(({ readyState }) => readyState !== 2) }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

test('ten tabs of one connection have one stream, and each hears all of it', async () => {
  const { openTab, opened } = browser()
  const tabs = Array.from({ length: 10 }, () => openTab('default'))
  await expect.poll(() => opened.length).toBe(1)
  await settled()
  opened[0]?.send('beat', '1700000000000')
  opened[0]?.send('delta', '7')
  opened[0]?.send('delta', '9')
  expect(opened.map(({ url }) => url)).toEqual(['default since undefined'])
  const [leader, ...followers] = tabs
  expect(leader?.heard).toEqual(['beat 1700000000000', 'delta 7', 'delta 9'])
  for (const { heard } of followers) expect(heard).toEqual(['behind', 'beat 1700000000000 ', 'delta 7 ', 'delta 9 7'])
})

test('when the leading tab closes, another leads from the version that it has, and the rest follow it', async () => {
  const { openTab, opened, open } = browser()
  const tabs = Array.from({ length: 4 }, () => openTab('default'))
  await expect.poll(() => opened.length).toBe(1)
  await settled()
  for (let n = 1; n < 4; n++) {
    opened[n - 1]?.send('delta', String(n * 10))
    tabs[n - 1]?.close()
    await expect.poll(() => opened.length).toBe(n + 1)
    expect(opened[n]?.url).toBe(`default since ${n * 10}`)
    expect(open()).toHaveLength(1)
  }
  opened[3]?.send('delta', '99')
  expect(tabs.map(({ version }) => version)).toEqual([10, 20, 30, 99])
})

test('without Web Locks, too, tabs share a stream, and another one leads when that tab closes', async () => {
  const { openTab, opened, open } = browser(false)
  const tabs = Array.from({ length: 10 }, () => openTab('default'))
  await expect.poll(() => opened.length).toBe(1)
  await expect.poll(() => tabs.filter(({ stream }) => stream.waiting).length).toBe(9)
  opened[0]?.send('delta', '7')
  expect(tabs.map(({ version }) => version)).toEqual(tabs.map(() => 7))
  const leader = tabs.find(({ stream }) => stream.readyState === 1)
  leader?.close()
  await expect.poll(() => opened.length).toBe(2)
  expect(open().map(({ url }) => url)).toEqual(['default since 7'])
})

test('without Web Locks, too, five connections have four streams', async () => {
  const { openTab, open } = browser(false)
  const tabs = Array.from({ length: 10 }, (_, n) => openTab(`c${n % 5}`))
  await expect.poll(() => open().length).toBe(4)
  await expect.poll(() => tabs.filter(({ stream }) => stream.waiting).length).toBe(6)
  expect(open()).toHaveLength(4)
})

test('a tab that was too busy to say that it leads ends up with one leader, and hears everything', async () => {
  const { openTab, open, channels } = browser(false)
  const tabs = [openTab('default')]
  await expect.poll(() => open().length).toBe(1)
  const [busy] = channels.get('gearboard locks') ?? []
  busy?.freeze()
  tabs.push(openTab('default'))
  await expect.poll(() => open().length).toBe(2)
  busy?.thaw()
  await expect.poll(() => open().length).toBe(1)
  open()[0]?.send('delta', '9')
  expect(tabs.map(({ version }) => version)).toEqual([9, 9])
  expect(tabs.flatMap(({ heard }) => heard)).not.toContain('error')
})

test('a tab that closes while it waits takes part in nothing more', async () => {
  const { openTab, opened } = browser()
  const [first, second, third] = [openTab('default'), openTab('default'), openTab('default')]
  await expect.poll(() => opened.length).toBe(1)
  await settled()
  second.close()
  first.close()
  await expect.poll(() => opened.length).toBe(2)
  opened[1]?.send('delta', '5')
  expect([first.version, second.version, third.version]).toEqual([undefined, undefined, 5])
})

test.each([
  { connections: 1, streams: 1 },
  { connections: 4, streams: 4 },
  { connections: 5, streams: 4 },
  { connections: 10, streams: 4 },
])('$connections connections, each in two tabs, have $streams streams; the others wait', async (given) => {
  const { openTab, opened, open } = browser()
  const tabs = Array.from({ length: given.connections * 2 }, (_, n) => openTab(`c${n % given.connections}`))
  await expect.poll(() => open().length).toBe(given.streams)
  await settled()
  expect(opened).toHaveLength(given.streams)
  const waiting = tabs.filter(({ stream }) => stream.waiting)
  for (const { heard } of waiting) expect(new Set(heard)).toEqual(new Set(['behind']))
  expect(waiting).toHaveLength(given.connections * 2 - given.streams)
  // Both tabs of a connection: its place goes to one that waited.
  for (const tab of tabs) {
    tab.close()
    await settled()
    expect(open().length).toBeLessThanOrEqual(4)
  }
  expect(new Set(opened.map(({ url }) => url)).size).toBe(given.connections)
  expect(open()).toEqual([])
})

test('tabs of another sign-in hear nothing of this one', async () => {
  const { openTab, opened } = browser()
  const [own, other] = [openTab('["default","ann"]'), openTab('["default","bob"]')]
  await expect.poll(() => opened.length).toBe(2)
  opened[0]?.send('delta', '7')
  expect([own.heard, other.heard]).toEqual([['delta 7'], []])
})

test('a stream that breaks is heard of in each tab, and a new one continues', async () => {
  const { openTab, opened } = browser()
  const [leader, follower] = [openTab('default'), openTab('default')]
  await expect.poll(() => opened.length).toBe(1)
  await settled()
  opened[0]?.send('delta', '7')
  opened[0]?.send('error')
  opened[0]?.send('beat', '1')
  expect(leader.heard).toEqual(['delta 7', 'error', 'beat 1'])
  expect(follower.heard).toEqual(['behind', 'delta 7 ', 'error 7', 'beat 1 7'])
})

test.each([
  ['no record', 'delta'],
  ['null', null],
  ['another type', { type: 'behind', after: null }],
  ['data that is no text', { type: 'delta', data: { version: 7 }, after: null }],
  ['no version before it', { type: 'delta', data: '7' }],
])('a message with %s, as another version of Gearboard may send it, is ignored', async (_, message) => {
  const { openTab, opened, channels } = browser()
  openTab('default')
  const follower = openTab('default')
  await expect.poll(() => opened.length).toBe(1)
  await settled()
  const [peers] = channels.values()
  new FakeChannel(peers ?? new Set()).postMessage(message)
  expect(follower.heard).toEqual(['behind'])
  expect(follower.stream.waiting).toBe(true)
})

test('where it cannot be found out whose stream it is, there is none', async () => {
  const { openTab, opened } = browser()
  const tab = openTab(Promise.reject(new Error('Gearboard does not answer.')))
  await expect.poll(() => tab.heard).toEqual(['error'])
  expect(tab.stream.readyState).toBe(2)
  expect(opened).toEqual([])
})
