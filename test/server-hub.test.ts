import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import type { LiveDelta } from '@/lib/api/contract'
import type { Execution } from '@/lib/model/execution'
import type { Registration } from '@/lib/model/registration'
import { Connection } from '@/lib/server/connection'
import { readSettings } from '@/lib/server/settings'
import { freePorts, type Running, startEngine, startRedis } from './gears-processes'

const opened: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

/** A connection that somebody watches, so that it looks often. */
function watch(port: number): Connection {
  const connection = new Connection('default', readSettings({ GEARBOARD_URL: `redis://127.0.0.1:${port}` }))
  const release = connection.hub.watch()
  opened.push(() => connection.close(), release)
  return connection
}

async function started(server: Promise<Running>): Promise<Running> {
  const running = await server
  opened.push(() => running.stop())
  return running
}

/** Resolves with the first defined value that the state of the feed gives. */
function until<T>({ hub }: Connection, ask: () => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const check = () => {
      const value = ask()
      if (value === undefined) return
      unsubscribe()
      resolve(value)
    }
    const unsubscribe = hub.feed.subscribe(check)
    check()
  })
}

const status = (connection: Connection, wanted: string) =>
  until(connection, () => (connection.hub.feed.connection.status === wanted ? connection.hub.feed.connection : undefined))

const row = (connection: Connection, ok: (execution: Execution) => boolean) =>
  until(connection, () => [...connection.hub.feed.executions.values()].find(ok))

const submission = (script: string, blocking = false) => ({
  script,
  blocking,
  requirements: [],
  upgrade: false,
  forceReinstallRequirements: false,
})

describe('without RedisGears', () => {
  test('a closed port is unreachable, a Redis without the module says so, and each is noticed by itself', async () => {
    const port = await freePorts(1)
    const connection = watch(port)
    expect((await status(connection, 'unreachable')).error?.message).toMatch(/ECONNREFUSED/)
    await expect(connection.known()).rejects.toMatchObject({ code: 'unreachable' })

    const redis = await startRedis([], port)
    expect((await status(connection, 'module_missing')).capability).toBeNull()
    await expect(connection.known()).rejects.toMatchObject({ code: 'module_missing' })

    await redis.stop()
    await status(connection, 'unreachable')
  })
})
