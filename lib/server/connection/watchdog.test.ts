import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { History } from '@/lib/server/history/history'
import { readSettings } from '@/lib/server/settings'
import { type StartedProcess, startEngine } from '@/test/gears-processes'
import { closedAfter, status, until, watch } from '@/test/watched-connection'

const HOUR = 3_600_000
/** It looks every second; of timers, the one that is due first goes first, on a busy machine too. */
const watchdogLooks = () => delay(2000)

let engine: StartedProcess
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine.stop())
afterEach(() => vi.restoreAllMocks())

async function watched(limitS: number, history = History.none('not here')) {
  const connection = watch(engine.port, { GEARBOARD_WATCHDOG_S: String(limitS) }, history)
  const redis = new Redis(engine.port, '127.0.0.1')
  closedAfter(() => redis.disconnect())
  await status(connection, 'live')
  const { feed } = connection.hub
  /** Resolves with the id of what the script starts, once it is seen to run. */
  const running = async (script: string) => {
    const id = String(await redis.call('RG.PYEXECUTE', script, 'UNBLOCKING'))
    await until(connection, () => (feed.executions.get(id)?.outcome === 'running' ? true : undefined))
    return id
  }
  const ended = (id: string) =>
    until(connection, () => {
      const row = feed.executions.get(id)
      return row && row.outcome !== 'running' ? row : undefined
    })
  return { redis, feed, connection, running, ended }
}

function newHistory(): History {
  const directory = mkdtempSync(join(tmpdir(), 'gearboard-watchdog-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const history = History.open(readSettings({ GEARBOARD_DATA: directory }))
  closedAfter(() => history.close())
  return history
}

const FOREVER = `
import time
def forever(r):
    while True:
        time.sleep(0.01)
GB('PythonReader').map(forever).run(lambda: (yield 1))`

/** It waits in a coroutine, so that it runs beside another. */
const WAITING = `
import asyncio
async def wait(r):
    await asyncio.sleep(600)
    return r
GB('PythonReader').map(wait).run(lambda: (yield 1))`

test('what runs for longer than the limit is aborted, nothing else, and that is on record', async () => {
  const history = newHistory()
  const { redis, running, ended } = await watched(1, history)
  const before = String(await redis.call('RG.PYEXECUTE', `GB('PythonReader').run(lambda: (yield 7))`, 'UNBLOCKING'))
  const id = await running(FOREVER)
  expect(await ended(id)).toMatchObject({ outcome: 'aborted', abortCause: 'forced' })
  expect(await redis.call('RG.GETRESULTS', before)).toEqual([['7'], []])
  const audited = () => history.store.audit.page({ connection: 'default' }).entries
  await expect.poll(() => audited().length).toBeGreaterThan(0)
  expect(audited()).toMatchObject([
    {
      who: 'watchdog',
      action: 'abortExecution',
      target: id,
      outcome: 'ok',
      before: expect.stringMatching(/^running for over .*; the limit is 1/),
    },
  ])
})

test('each of two that run at a time has its own limit', async () => {
  const { running, ended } = await watched(1)
  const ids = [await running(WAITING), await running(WAITING)]
  for (const id of ids) expect((await ended(id)).outcome).toBe('aborted')
})

test('the time that it saw an execution run is counted, whatever the clock says', async () => {
  const { redis, running, ended } = await watched(600)
  const id = await running(`
import time
def slowly(r):
    time.sleep(3)
    return r
GB('PythonReader').map(slowly).run(lambda: (yield 1))`)
  const real = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => real() + HOUR)
  expect(['ok', 'unknown']).toContain((await ended(id)).outcome)
  expect(await redis.call('RG.GETRESULTS', id)).toEqual([['1'], []])
})

test('what its shard does not tell of is left alone, and aborted when that tells again', async () => {
  const { redis, feed, connection, running, ended } = await watched(600)
  const id = await running(FOREVER)
  await redis.call('ACL', 'SETUSER', 'default', '-rg.dumpexecutions')
  const { unheardSince = 0 } = await until(connection, () => {
    const row = feed.executions.get(id)
    return row?.unheardSince === undefined ? undefined : row
  })
  expect(unheardSince).toBe(feed.shardStates[0]?.answeredAt)

  await watchdogLooks()
  // It has run for longer than the limit, or ended long ago.
  const steady = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => steady() + HOUR)
  await watchdogLooks()
  expect(String(await redis.call('RG.GETEXECUTION', id))).toContain('running')

  await redis.call('ACL', 'SETUSER', 'default', '+@all')
  expect(await ended(id)).not.toHaveProperty('unheardSince')
  await expect.poll(() => feed.executions.get(id)).toMatchObject({ outcome: 'aborted', abortCause: 'forced' })
})
