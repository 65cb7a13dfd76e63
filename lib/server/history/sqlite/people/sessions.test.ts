import { expect, test } from 'vitest'
import { newDirectory, open, T0 } from '@/lib/server/history/testing/index'

const session = (digest: string, changes: object = {}) =>
  ({ digest, role: 'admin', createdAt: T0, expiresAt: T0 + 1000, ...changes }) as const

test('a session is there at once, after a restart too, until it is removed', async () => {
  const directory = newDirectory()
  const history = open({ directory })
  await history.writeSession(session('a'))
  await history.writeSession(session("it's"))
  expect(history.session('a')).toEqual(session('a'))
  await history.close()
  const again = open({ directory })
  expect(again.session("it's")).toEqual(session("it's"))
  await again.removeSession("it's")
  expect(again.session("it's")).toBeUndefined()
  expect(again.session('a')).toEqual(session('a'))
})

test('those that are over go when another begins', async () => {
  const history = open()
  await history.writeSession(session('a'))
  await history.writeSession(session('b', { createdAt: T0 + 1000, expiresAt: T0 + 2000 }))
  expect(history.session('a')).toBeUndefined()
  expect(history.session('b')).toBeDefined()
})

test('a Gearboard that only reads the history has none of the writer’s sessions', async () => {
  const directory = newDirectory()
  const writer = open({ directory })
  await writer.writeSession(session('a'))
  const reader = open({ directory })
  expect(reader.session('a')).toBeUndefined()
  await expect(reader.writeSession(session('b'))).rejects.toThrow(/Another Gearboard writes/)
})
