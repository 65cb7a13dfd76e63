import { describe, expect, test } from 'vitest'
import { type SessionStore, Sessions } from './sessions'
import { storeInMemory } from './testing'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ADA = { kind: 'local', name: 'ada', groups: ['sre'] } as const
const BOB = { kind: 'oidc', name: 'bob', groups: [] } as const

const broken: SessionStore = {
  find: () => undefined,
  all: () => [],
  addSession: () => Promise.reject(new Error('disk full')),
  touch: () => Promise.reject(new Error('disk full')),
  remove: () => Promise.reject(new Error('disk full')),
}

test('a session is found by its token, and what is stored does not tell the token', async () => {
  const store = storeInMemory()
  const sessions = new Sessions(store, 'secret')
  const token = await sessions.begin(ADA, '192.0.2.1')
  expect(sessions.find(token)).toMatchObject(ADA)
  expect(JSON.stringify([...store.rows.values()])).not.toContain(token)
  for (const other of ['', 'x', token.slice(1), `${token}x`, 'A'.repeat(43), [...store.rows.keys()][0] ?? ''])
    expect(sessions.find(other)).toBeUndefined()
})

test('it outlives Gearboard where there is a store, and ends with the password', async () => {
  const store = storeInMemory()
  const token = await new Sessions(store, 'secret').begin(ADA, '192.0.2.1')
  expect(new Sessions(store, 'secret').find(token)).toMatchObject(ADA)
  expect(new Sessions(store, 'another').find(token)).toBeUndefined()
})

test('one that began with another password is over, and is listed no longer', async () => {
  const store = storeInMemory()
  await new Sessions(store, 'secret').begin(ADA, null)
  const after = new Sessions(store, 'another')
  await after.begin(BOB, null)
  expect(after.all().map(({ name }) => name)).toEqual(['bob'])
  // Of what an earlier Gearboard stored, only its token shows whether it is over.
  for (const row of store.rows.values()) store.rows.set(row.digest, { ...row, sealedBy: null })
  expect(new Sessions(store, 'secret').all()).toHaveLength(2)
})

test('what sessions of a kind hang on ends them, and no others', async () => {
  const store = storeInMemory()
  const hangsOn = (what: string) => (kind: string) => (kind === 'oidc' ? what : '')
  const before = new Sessions(store, 'secret', { hangsOn: hangsOn('one') })
  const [ada, bob] = [await before.begin(ADA, null), await before.begin(BOB, null)]
  const after = new Sessions(store, 'secret', { hangsOn: hangsOn('other') })
  expect(after.find(ada)).toMatchObject(ADA)
  expect(after.find(bob)).toBeUndefined()
  expect(after.all().map(({ name }) => name)).toEqual(['ada'])
})

test.each([
  ['on disk', storeInMemory()],
  ['in memory alone', broken],
])('one that is ended is ended for every copy of its cookie, with all that is open of it: %s', async (_, store) => {
  const sessions = new Sessions(store, 'secret')
  const token = await sessions.begin(ADA, '192.0.2.1')
  const other = await sessions.begin(ADA, '192.0.2.1')
  const session = sessions.find(token)
  expect(session?.ended.aborted).toBe(false)
  await sessions.end(token)
  expect(session?.ended.aborted).toBe(true)
  expect(sessions.find(token)).toBeUndefined()
  expect(sessions.find(other)?.ended.aborted).toBe(false)
  expect(new Sessions(store, 'secret').find(token)).toBeUndefined()
})

test('one that was ended while the disk was full stays ended, though the store still has it', async () => {
  const store = storeInMemory()
  const sessions = new Sessions({ ...store, remove: broken.remove }, 'secret')
  const token = await sessions.begin(ADA, '192.0.2.1')
  await sessions.end(token)
  expect(store.rows.size).toBe(1)
  expect(sessions.find(token)).toBeUndefined()
})

test('it expires after seven days, wherever it is found', async () => {
  const store = storeInMemory()
  let now = 1_760_000_000_000
  const time = { wall: () => now, steady: () => now }
  const sessions = new Sessions(store, 'secret', { time })
  const token = await sessions.begin(ADA, '192.0.2.1')
  const session = sessions.find(token)
  now += 7 * DAY_MS - 1
  expect(sessions.find(token)).toBeDefined()
  now += 1
  expect(sessions.find(token)).toBeUndefined()
  expect(session?.ended.aborted).toBe(true)
  expect(new Sessions(store, 'secret', { time }).find(token)).toBeUndefined()
})

test.each([
  ['on by years', 3000 * DAY_MS],
  ['back by years', -3000 * DAY_MS],
  ['back by an hour', -3_600_000],
])('a clock that is set %s ends no session early, and prolongs none', async (_, jump) => {
  const store = storeInMemory()
  const now = { wall: 1_760_000_000_000, steady: 5 }
  const time = { wall: () => now.wall, steady: () => now.steady }
  const sessions = new Sessions(store, 'secret', { time })
  const token = await sessions.begin(ADA, '192.0.2.1')
  now.wall += jump
  expect(sessions.find(token)).toBeDefined()
  now.wall += 7 * DAY_MS - 1
  now.steady += 7 * DAY_MS - 1
  expect(sessions.find(token)).toBeDefined()
  now.steady += 1
  expect(sessions.find(token)).toBeUndefined()
  expect(sessions.find(token)).toBeUndefined()
  expect(store.rows.size).toBe(0)
})

test('a session that a clock from the future began lasts no longer than any after a restart', async () => {
  const store = storeInMemory()
  const now = { wall: 2_760_000_000_000, steady: 0 }
  const time = { wall: () => now.wall, steady: () => now.steady }
  const token = await new Sessions(store, 'secret', { time }).begin(ADA, '192.0.2.1')
  now.wall = 1_760_000_000_000
  const again = new Sessions(store, 'secret', { time })
  expect(again.find(token)).toBeDefined()
  now.steady += 7 * DAY_MS
  expect(again.find(token)).toBeUndefined()
})

test.each([0, 3, 6.5])('after a restart %d days later a session has the rest of its seven days', async (days) => {
  const store = storeInMemory()
  const now = { wall: 1_760_000_000_000, steady: 0 }
  const time = { wall: () => now.wall, steady: () => now.steady }
  const token = await new Sessions(store, 'secret', { time }).begin(ADA, '192.0.2.1')
  now.wall += days * DAY_MS
  const again = new Sessions(store, 'secret', { time })
  expect(again.find(token)).toBeDefined()
  now.steady += (7 - days) * DAY_MS - 1
  expect(again.find(token)).toBeDefined()
  now.steady += 1
  expect(again.find(token)).toBeUndefined()
})

describe('idle expiry', () => {
  const clock = () => {
    const now = { wall: 1_760_000_000_000, steady: 0 }
    const pass = (ms: number) => {
      now.wall += ms
      now.steady += ms
    }
    return { pass, now, time: { wall: () => now.wall, steady: () => now.steady } }
  }

  test('a session ends a day after its last request, and each request begins the day anew', async () => {
    const store = storeInMemory()
    const { pass, time } = clock()
    const sessions = new Sessions(store, 'secret', { time, idleMs: DAY_MS })
    const token = await sessions.begin(ADA, null)
    for (let day = 0; day < 3; day++) {
      pass(DAY_MS - 1)
      expect(sessions.find(token)).toBeDefined()
    }
    pass(DAY_MS)
    expect(sessions.find(token)).toBeUndefined()
    expect(store.rows.size).toBe(0)
  })

  test('to look whether it lasts is no use of it', async () => {
    const { pass, time } = clock()
    const sessions = new Sessions(storeInMemory(), 'secret', { time, idleMs: DAY_MS })
    const token = await sessions.begin(ADA, null)
    pass(DAY_MS - 1)
    expect(sessions.peek(token)).toMatchObject(ADA)
    pass(1)
    expect(sessions.peek(token)).toBeUndefined()
    expect(sessions.all()).toEqual([])
  })

  test('use does not prolong it beyond seven days', async () => {
    const { pass, time } = clock()
    const sessions = new Sessions(storeInMemory(), 'secret', { time, idleMs: DAY_MS })
    const token = await sessions.begin(ADA, null)
    for (let hour = 0; hour < 7 * 24 - 1; hour++) {
      pass(HOUR_MS)
      expect(sessions.find(token)).toBeDefined()
    }
    pass(HOUR_MS)
    expect(sessions.find(token)).toBeUndefined()
  })

  test('it goes on over a restart, by when the session was last used', async () => {
    const store = storeInMemory()
    const { pass, time } = clock()
    const sessions = new Sessions(store, 'secret', { time, idleMs: DAY_MS })
    const [used, unused] = [await sessions.begin(ADA, null), await sessions.begin(BOB, null)]
    pass(20 * HOUR_MS)
    sessions.find(used)
    pass(5 * HOUR_MS)
    const again = new Sessions(store, 'secret', { time, idleMs: DAY_MS })
    expect(again.all().map(({ name }) => name)).toEqual(['ada'])
    expect(again.find(unused)).toBeUndefined()
    expect(again.find(used)).toMatchObject(ADA)
    pass(DAY_MS)
    expect(again.find(used)).toBeUndefined()
  })

  test('one that an earlier Gearboard stored has a whole day from the restart', async () => {
    const store = storeInMemory()
    const { pass, time } = clock()
    const token = await new Sessions(store, 'secret', { time }).begin(ADA, null)
    for (const row of store.rows.values()) store.rows.set(row.digest, { ...row, seenAt: null })
    pass(3 * DAY_MS)
    expect(new Sessions(store, 'secret', { time, idleMs: DAY_MS }).find(token)).toBeDefined()
  })

  test('the last use is written once a minute at most', async () => {
    const store = storeInMemory()
    let writes = 0
    const counting = { ...store, touch: async () => void writes++ }
    const { pass, time } = clock()
    const sessions = new Sessions(counting, 'secret', { time })
    const token = await sessions.begin(ADA, null)
    for (let second = 0; second < 150; second++) {
      pass(1000)
      sessions.find(token)
    }
    expect(writes).toBe(2)
  })
})

test.each([
  ['on disk', storeInMemory()],
  ['in memory alone', broken],
])('all of a person end at once, and no others: %s', async (_, store) => {
  const sessions = new Sessions(store, 'secret')
  const tokens = [await sessions.begin(ADA, '192.0.2.1'), await sessions.begin(ADA, null)]
  const other = await sessions.begin(BOB, null)
  expect(sessions.all()).toHaveLength(3)
  expect(await sessions.endAll(({ name }) => name === 'ada')).toBe(2)
  for (const token of tokens) expect(sessions.find(token)).toBeUndefined()
  expect(sessions.find(other)).toMatchObject(BOB)
  expect(sessions.all()).toMatchObject([BOB])
})
