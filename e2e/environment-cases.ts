import type { Redis } from 'ioredis'
import type { Locator } from 'playwright/test'
import { expect, formCluster, test } from './fixtures'

interface ToldSession {
  readonly references: number
  readonly linked: string
  readonly dead: string
  readonly registrations: number
}

/** What a shard says of a session, among the linked or the dead. */
async function toldSession(shard: Redis, id: string, dead: boolean): Promise<ToldSession | undefined> {
  const list: unknown = await shard.call('RG.PYDUMPSESSIONS', ...(dead ? ['DEAD'] : []))
  const entry: unknown = Array.isArray(list)
    ? list.find((item: unknown) => Array.isArray(item) && item[1] === id)
    : undefined
  if (!Array.isArray(entry)) return undefined
  const registrations: unknown = entry[15]
  return {
    references: Number(entry[5]),
    linked: String(entry[7]),
    dead: String(entry[9]),
    registrations: Array.isArray(registrations) ? registrations.length : 0,
  }
}

/** A shard's row in a table: the only one, or the one with the beginning of its node id. */
async function rowOf(table: Locator, shard: Redis, count: number): Promise<Locator> {
  const rows = table.getByRole('row')
  if (count === 1) return rows.nth(1)
  return rows.filter({ hasText: String(await shard.call('CLUSTER', 'MYID')).slice(0, 4) })
}

async function expectTold(row: Locator, told: ToldSession | undefined): Promise<void> {
  if (!told) throw new Error('the shard does not list the session')
  const { references, linked, dead, registrations } = told
  const shown = [String(references), linked, dead === 'true' ? 'yes' : 'no', 'no', String(registrations)]
  for (const [at, text] of shown.entries()) await expect(row.getByRole('cell').nth(at + 1)).toHaveText(text)
}

/** The states of a session and how each ends, on an engine of `count` shards. */
export function sessionCases(count: number): void {
  test.beforeEach(async ({ perShard }) => {
    await formCluster(perShard)
  })

  test('each shard’s references, link and registrations are what it says itself', async ({
    page,
    redis,
    unique,
    perShard,
  }) => {
    const script = `GB('CommandReader').map(lambda x: x).register(trigger='${unique}', mode='async_local')\nGB('StreamReader').register('${unique}')`
    expect(await redis.call('RG.PYEXECUTE', script, 'ID', unique)).toBe('OK')
    await page.goto(`/default/environment?tab=sessions&open=${unique}`)
    const table = page.getByRole('table', { name: `Session ${unique} on each shard` })
    const told = await Promise.all(
      perShard.map(async (shard) => {
        const session = await toldSession(shard, unique, false)
        await expectTold(await rowOf(table, shard, count), session)
        return session?.registrations
      }),
    )
    expect(told).toEqual(Array(count).fill(2))
    await expect(page.getByText('RedisGears has no command to delete a session')).toBeVisible()
  })

  test('a session that its own builder holds keeps its id, and only an upgrade ends it', async ({
    page,
    redis,
    unique,
  }) => {
    const held = `g = GB('CommandReader')\ng.map(lambda x: x).register(trigger='${unique}', mode='async_local')`
    expect(await redis.call('RG.PYEXECUTE', held, 'ID', unique)).toBe('OK')
    await page.goto(`/default/environment?tab=sessions&open=${unique}`)
    await page.getByRole('button', { name: 'End the session' }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Unregister/ })
      .click()
    const row = page.getByRole('row', { name: new RegExp(unique) })
    await expect(row).toContainText('no registrations')
    await expect(page.getByRole('button', { name: 'End the session' })).toHaveAttribute('aria-disabled', 'true')
    await expect(page.getByText('only an upgrade of the same id can reuse it')).toBeVisible()
    expect((await toldSession(redis, unique, false))?.registrations).toBe(0)

    const next = `GB('CommandReader').map(lambda x: x).register(trigger='${unique}', mode='async_local')`
    expect(await redis.call('RG.PYEXECUTE', next, 'ID', unique, 'UPGRADE')).toBe('OK')
    await expect(row.filter({ hasText: 'linked' })).toBeVisible()
  })

  test('a replaced session is dead until its execution ends', async ({ page, redis, unique }) => {
    const busy = `import time\ndef f(x):\n    while True: time.sleep(0.02)\nGB('CommandReader').map(f).register(trigger='${unique}', mode='async_local')`
    expect(await redis.call('RG.PYEXECUTE', busy, 'ID', unique)).toBe('OK')
    const caller = redis.duplicate()
    const triggered = caller.call('RG.TRIGGER', unique).catch((error: Error) => error.message)
    const running = await untilRunning(redis)
    expect(
      await redis.call('RG.PYEXECUTE', `GB('CommandReader').register(trigger='${unique}')`, 'ID', unique, 'UPGRADE'),
    ).toBe('OK')
    await page.goto(`/default/environment?tab=sessions&open=${unique}`)
    const rows = page.getByRole('row', { name: new RegExp(unique) })
    await expect(rows.filter({ hasText: 'dead, not freed' })).toBeVisible()
    await expect(rows.filter({ hasText: 'linked' })).toBeVisible()
    await expect(page.getByText(/\d+ sessions? (is|are) dead but not freed/)).toBeVisible()
    const told = await toldSession(redis, unique, true)
    expect(told).toMatchObject({ dead: 'true', linked: 'None' })
    const dead = page.getByRole('table', { name: `Session ${unique} on each shard` }).filter({ hasText: 'None' })
    await expectTold(await rowOf(dead, redis, count), told)

    // In a cluster the others do not know the execution, and the reply says so although it is stopped.
    await redis
      .call('RG.ABORTEXECUTION', running)
      .catch((error: Error) => expect(error.message).toContain('does not exist'))
    expect(await triggered).toContain('forcestopped')
    caller.disconnect()
    await expect(rows.filter({ hasText: 'dead, not freed' })).toBeHidden()
    expect(await toldSession(redis, unique, true)).toBeUndefined()
  })
}

async function untilRunning(redis: Redis): Promise<string> {
  let id = ''
  await expect
    .poll(async () => {
      const list: unknown = await redis.call('RG.DUMPEXECUTIONS')
      const entry: unknown = Array.isArray(list)
        ? list.find((item: unknown) => Array.isArray(item) && item[3] === 'running')
        : undefined
      id = Array.isArray(entry) ? String(entry[1]) : ''
      return id
    })
    .not.toBe('')
  return id
}
