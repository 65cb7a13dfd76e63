import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import SyncDatabase from 'libsql'
import { expect, test } from './fixtures'
import { type StartedServer, startGearboard } from './servers'

/** What was seen to have ended longer ago than this, when the server is killed, must be on record, ms. */
const LOST_AT_MOST_MS = 1500
const REGISTER = `
def work(record):
    if record['key'].endswith('7'):
        raise Exception('every tenth fails')
    return record['key']

GB('KeysReader', desc='load').map(work).register(prefix='load:*', mode='async_local', readValue=False)
`

interface Seen {
  readonly key: string
  readonly endSeen: number | null
}

async function executionsOf({ url }: StartedServer): Promise<readonly Seen[]> {
  const { executions }: { executions: readonly Seen[] } = await (await fetch(`${url}/api/default/executions`)).json()
  return executions
}

/** The keys on record, read from the file itself after it was checked. */
function recorded(directory: string): ReadonlySet<string> {
  const db = new SyncDatabase(join(directory, 'history.db'))
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  const keys = db.prepare('SELECT key FROM execution').raw().all().flat().map(String)
  db.close()
  return new Set(keys)
}

test('the whole server, killed under load, keeps its record but for the last moment, and goes on with it', async ({
  engine,
}) => {
  test.slow()
  const directory = mkdtempSync(join(tmpdir(), 'gearboard-killed-'))
  const env = { GEARBOARD_URL: engine.url, GEARBOARD_DATA: directory }
  const redis = new Redis(engine.url, { protocol: 2 })
  let loaded = 0
  const load = setInterval(() => {
    for (let i = 0; i < 5; i++) void redis.set(`load:${loaded++}`, 'x')
  }, 100)
  let gearboard = await startGearboard(env)
  try {
    await redis.call('RG.PYEXECUTE', REGISTER)
    const promisedNow = async () => {
      const seen = await executionsOf(gearboard)
      const at = Date.now()
      return seen.filter(({ endSeen }) => endSeen !== null && endSeen < at - LOST_AT_MOST_MS)
    }
    await expect.poll(async () => (await promisedNow()).length, { timeout: 60_000 }).toBeGreaterThan(20)
    // Killed in the middle of its work.
    const promised = await promisedNow()
    await gearboard.stop('SIGKILL')

    const kept = recorded(directory)
    expect(promised.filter(({ key }) => !kept.has(key))).toEqual([])

    gearboard = await startGearboard(env)
    const stats: { role: string } = await (await fetch(`${gearboard.url}/api/default/history`)).json()
    expect(stats.role).toBe('writer')
    await expect
      .poll(
        () => {
          const now = recorded(directory)
          return [...kept].every((key) => now.has(key)) && now.size > kept.size
        },
        { timeout: 30_000 },
      )
      .toBe(true)
  } finally {
    clearInterval(load)
    await redis.quit()
    await gearboard.stop()
    rmSync(directory, { recursive: true, force: true })
  }
})
