import { Redis } from 'ioredis'
import type { Page } from 'playwright/test'
import { expect, test } from './fixtures'

// Without the seed the engine's cluster starts as a real one does: it has not been refreshed yet.
test.use({ shards: 3, engineOf: 'cluster-findings' })
test.describe.configure({ mode: 'serial' })

/** Asks one shard alone: no cluster client in between. */
async function ask(port: number, ...[command, ...args]: readonly [string, ...string[]]): Promise<unknown> {
  const shard = new Redis(port, '127.0.0.1', { protocol: 2, retryStrategy: null })
  // A shard that dies takes the connection along; the command's own error shows that.
  shard.on('error', () => {})
  try {
    return await shard.call(command, ...args)
  } finally {
    shard.disconnect()
  }
}

const finding = (page: Page, title: RegExp) =>
  page.getByRole('region', { name: 'Findings' }).getByRole('listitem').filter({ hasText: title })

async function refreshAll(page: Page) {
  await page.getByRole('button', { name: 'Refresh all 3 shards' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Refresh all 3 shards' }).click()
  await expect(page.getByRole('list', { name: 'Refreshed shards' }).getByRole('listitem')).toHaveCount(3)
}

test('a cluster that nobody refreshed is said not to be initialised, and Refresh mends it', async ({
  page,
  engine,
}) => {
  expect(await ask(engine.port, 'RG.INFOCLUSTER')).toBe('no cluster mode')
  await page.goto('/default/cluster')
  const title = /^RedisGears is not initialised on any of the 3 shards\./
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
  await expect(finding(page, /not initialised/)).toContainText('ids are all zeros')
  await refreshAll(page)
  await expect(finding(page, /not initialised/)).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All 3 shards answer and agree on the slot map.')
})

test('a shard that died and came back is named, and Refresh mends it', async ({ page, engine }) => {
  await page.goto('/default/cluster')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All 3 shards answer and agree on the slot map.')
  await expect(ask(engine.port + 1, 'DEBUG', 'SEGFAULT')).rejects.toThrow()
  await expect(finding(page, /^(?!.*any of).*RedisGears is not initialised on /)).toBeVisible({ timeout: 60_000 })
  await refreshAll(page)
  await expect(finding(page, /not initialised/)).toHaveCount(0)
})

test('a value that one shard alone was given is named until all have the same', async ({ page, engine }) => {
  await ask(engine.port + 2, 'RG.CONFIGSET', 'MaxExecutions', '500')
  await page.goto('/default/cluster')
  await expect(finding(page, /MaxExecutions differs between shards\./)).toContainText(
    'RG.CONFIGSET applies only to the shard',
  )
  await ask(engine.port + 2, 'RG.CONFIGSET', 'MaxExecutions', '1000')
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All 3 shards answer and agree on the slot map.')
})

test('a registration that one shard lacks is named with the shard, until it is gone everywhere', async ({
  page,
  engine,
  unique,
}) => {
  await ask(engine.port, 'RG.PYEXECUTE', `GB('CommandReader').register(trigger='${unique}', mode='sync')`, 'ID', unique)
  const registrations = async (port: number) => {
    const dump: unknown = await ask(port, 'RG.DUMPREGISTRATIONS')
    return Array.isArray(dump) ? dump : []
  }
  await expect.poll(async () => (await registrations(engine.port + 2)).length).toBe(1)
  const [only] = await registrations(engine.port)
  const id = String(only[only.indexOf('id') + 1])
  // What shards send each other: this one alone forgets it.
  await ask(engine.port + 2, 'RG.INNERUNREGISTER', id)
  expect(await registrations(engine.port)).toHaveLength(1)
  expect(await registrations(engine.port + 2)).toHaveLength(0)

  const last = String(await ask(engine.port + 2, 'CLUSTER', 'MYID')).slice(0, 4)
  await page.goto('/default/cluster')
  await expect(finding(page, /1 registration is missing on/)).toContainText(last)
  await ask(engine.port, 'RG.UNREGISTER', id)
  await expect(finding(page, /registration is missing/)).toHaveCount(0)
})

test('a shard that falls silent is named with its address, until it answers again', async ({ page, engine }) => {
  test.setTimeout(120_000)
  await page.goto('/default/cluster')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All 3 shards answer and agree on the slot map.')
  await ask(engine.port + 1, 'CLIENT', 'PAUSE', '25000', 'ALL')
  const silent = finding(page, /Shard .* does not answer\./)
  await expect(silent).toContainText(`127.0.0.1:${engine.port + 1}`, { timeout: 25_000 })
  await expect(page.getByRole('heading', { level: 1 })).toContainText('does not answer')
  await expect(silent).toHaveCount(0, { timeout: 60_000 })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All 3 shards answer and agree on the slot map.')
})
