import { expect, test } from 'vitest'
import type { SessionRow } from '../history'
import { type SessionStore, Sessions } from './sessions'

const DAY_MS = 24 * 3_600_000

function memory(): SessionStore & { readonly rows: Map<string, SessionRow> } {
  const rows = new Map<string, SessionRow>()
  return {
    rows,
    find: (digest) => rows.get(digest),
    add: async (record) => void rows.set(record.digest, record),
    remove: async (digest) => void rows.delete(digest),
  }
}

const broken: SessionStore = {
  find: () => undefined,
  add: () => Promise.reject(new Error('disk full')),
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
  const clock = () => now
  const sessions = new Sessions(store, 'secret', clock)
  const token = await sessions.begin('admin')
  const session = sessions.find(token)
  now += 7 * DAY_MS - 1
  expect(sessions.find(token)).toBeDefined()
  now += 1
  expect(sessions.find(token)).toBeUndefined()
  expect(session?.ended.aborted).toBe(true)
  expect(new Sessions(store, 'secret', clock).find(token)).toBeUndefined()
})
