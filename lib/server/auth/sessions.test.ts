import { expect, test } from 'vitest'
import type { SessionRow } from '../history'
import { type SessionStore, Sessions } from './sessions'

const DAY_MS = 24 * 3_600_000

function memory(): SessionStore & { readonly rows: Map<string, SessionRow> } {
  const rows = new Map<string, SessionRow>()
  return {
    rows,
    find: (digest) => rows.get(digest),
    addSession: async (record) => void rows.set(record.digest, record),
    remove: async (digest) => void rows.delete(digest),
  }
}

const broken: SessionStore = {
  find: () => undefined,
  addSession: () => Promise.reject(new Error('disk full')),
  remove: () => Promise.reject(new Error('disk full')),
}

test('a session is found by its token, and what is stored does not tell the token', async () => {
  const store = memory()
  const sessions = new Sessions(store, 'secret')
  const token = await sessions.begin('admin')
  expect(sessions.find(token)).toMatchObject({ role: 'admin' })
  expect(JSON.stringify([...store.rows.values()])).not.toContain(token)
  for (const other of ['', 'x', token.slice(1), `${token}x`, 'A'.repeat(43), [...store.rows.keys()][0] ?? ''])
    expect(sessions.find(other)).toBeUndefined()
})

test('it outlives Gearboard where there is a store, and ends with the password', async () => {
  const store = memory()
  const token = await new Sessions(store, 'secret').begin('admin')
  expect(new Sessions(store, 'secret').find(token)).toMatchObject({ role: 'admin' })
  expect(new Sessions(store, 'another').find(token)).toBeUndefined()
})

test.each([
  ['on disk', memory()],
  ['in memory alone', broken],
])('one that is ended is ended for every copy of its cookie, with all that is open of it: %s', async (_, store) => {
  const sessions = new Sessions(store, 'secret')
  const token = await sessions.begin('admin')
  const other = await sessions.begin('admin')
  const session = sessions.find(token)
  expect(session?.ended.aborted).toBe(false)
  await sessions.end(token)
  expect(session?.ended.aborted).toBe(true)
  expect(sessions.find(token)).toBeUndefined()
  expect(sessions.find(other)?.ended.aborted).toBe(false)
  expect(new Sessions(store, 'secret').find(token)).toBeUndefined()
})

test('one that was ended while the disk was full stays ended, though the store still has it', async () => {
  const store = memory()
  const sessions = new Sessions({ ...store, remove: broken.remove }, 'secret')
  const token = await sessions.begin('admin')
  await sessions.end(token)
  expect(store.rows.size).toBe(1)
  expect(sessions.find(token)).toBeUndefined()
})

test('it expires after seven days, wherever it is found', async () => {
  const store = memory()
  let now = 1_760_000_000_000
  const time = { wall: () => now, steady: () => now }
  const sessions = new Sessions(store, 'secret', time)
  const token = await sessions.begin('admin')
  const session = sessions.find(token)
  now += 7 * DAY_MS - 1
  expect(sessions.find(token)).toBeDefined()
  now += 1
  expect(sessions.find(token)).toBeUndefined()
  expect(session?.ended.aborted).toBe(true)
  expect(new Sessions(store, 'secret', time).find(token)).toBeUndefined()
})

test.each([
  ['on by years', 3000 * DAY_MS],
  ['back by years', -3000 * DAY_MS],
  ['back by an hour', -3_600_000],
])('a clock that is set %s ends no session early, and prolongs none', async (_, jump) => {
  const store = memory()
  const now = { wall: 1_760_000_000_000, steady: 5 }
  const time = { wall: () => now.wall, steady: () => now.steady }
  const sessions = new Sessions(store, 'secret', time)
  const token = await sessions.begin('admin')
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
  const store = memory()
  const now = { wall: 2_760_000_000_000, steady: 0 }
  const time = { wall: () => now.wall, steady: () => now.steady }
  const token = await new Sessions(store, 'secret', time).begin('admin')
  now.wall = 1_760_000_000_000
  const again = new Sessions(store, 'secret', time)
  expect(again.find(token)).toBeDefined()
  now.steady += 7 * DAY_MS
  expect(again.find(token)).toBeUndefined()
})

test.each([0, 3, 6.5])('after a restart %d days later a session has the rest of its seven days', async (days) => {
  const store = memory()
  const now = { wall: 1_760_000_000_000, steady: 0 }
  const time = { wall: () => now.wall, steady: () => now.steady }
  const token = await new Sessions(store, 'secret', time).begin('admin')
  now.wall += days * DAY_MS
  const again = new Sessions(store, 'secret', time)
  expect(again.find(token)).toBeDefined()
  now.steady += (7 - days) * DAY_MS - 1
  expect(again.find(token)).toBeDefined()
  now.steady += 1
  expect(again.find(token)).toBeUndefined()
})
