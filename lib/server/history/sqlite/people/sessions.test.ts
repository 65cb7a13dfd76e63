import { expect, test } from 'vitest'
import { newDirectory, open, T0 } from '@/lib/server/history/testing/index'

const session = (digest: string, changes: object = {}) =>
  ({
    digest,
    kind: 'local',
    name: 'ada',
    groups: ['sre', "it's"],
    ip: '192.0.2.1',
    createdAt: T0,
    seenAt: T0,
    expiresAt: T0 + 1000,
    sealedBy: 'key',
    ...changes,
  }) as const

test('a session is there at once, after a restart too, until it is removed', async () => {
  const directory = newDirectory()
  const history = open({ directory })
  await history.sessions.write(session('a'))
  await history.sessions.write(session("it's"))
  expect(history.sessions.one('a')).toEqual(session('a'))
  await history.close()
  const again = open({ directory })
  expect(again.sessions.one("it's")).toEqual(session("it's"))
  await again.sessions.remove("it's")
  expect(again.sessions.one("it's")).toBeUndefined()
  expect(again.sessions.one('a')).toEqual(session('a'))
})

test('those that are over go when another begins', async () => {
  const history = open()
  await history.sessions.write(session('a'))
  await history.sessions.write(session('b', { createdAt: T0 + 1000, expiresAt: T0 + 2000 }))
  expect(history.sessions.one('a')).toBeUndefined()
  expect(history.sessions.one('b')).toBeDefined()
})

test('a Gearboard that only reads the history has none of the writer’s sessions', async () => {
  const directory = newDirectory()
  const writer = open({ directory })
  await writer.sessions.write(session('a'))
  const reader = open({ directory })
  expect(reader.sessions.one('a')).toBeUndefined()
  await expect(reader.sessions.write(session('b'))).rejects.toThrow(/Another Gearboard writes/)
})

test('all are listed, newest first, with when they were last used', async () => {
  const history = open()
  await history.sessions.write(session('a'))
  await history.sessions.write(session('b', { createdAt: T0 + 1, ip: null, groups: [] }))
  await history.sessions.touch('a', T0 + 500)
  await history.sessions.remove('b')
  await history.sessions.touch('b', T0 + 500)
  await history.sessions.write(session('c', { createdAt: T0 + 2 }))
  expect(history.sessions.all()).toEqual([session('c', { createdAt: T0 + 2 }), session('a', { seenAt: T0 + 500 })])
})
