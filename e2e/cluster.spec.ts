import { Redis } from 'ioredis'
import { expect, test } from './fixtures'

test.use({ shards: 3, seed: true })

test('the slot map shows who holds what, as CLUSTER SLOTS says', async ({ page, redis }) => {
  await page.goto('/default/cluster')
  const bar = page.getByRole('img', { name: /holds 0 to 5460/ })
  await expect(bar).toHaveAccessibleName(/holds 5461 to 10922.*holds 10923 to 16383/)
  const slots = await redis.call('CLUSTER', 'SLOTS')
  if (!Array.isArray(slots)) throw new Error('CLUSTER SLOTS answered no array')
  const table = page.getByRole('table', { name: /shards/i }).or(page.getByRole('grid', { name: /shards/i }))
  for (const [, , [host, port]] of slots) await expect(table).toContainText(`${host}:${port}`)

  await page.getByLabel('Key', { exact: true }).fill('user:{10442}:profile')
  const slot = Number(await redis.call('CLUSTER', 'KEYSLOT', 'user:{10442}:profile'))
  await expect(page.locator('output')).toContainText(slot.toLocaleString('en-GB'))
  await expect(page.locator('output')).toContainText('10442')
})

test('Refresh asks first, and reaches every shard', async ({ page, engine }) => {
  const runId = async (port: number) => {
    const redis = new Redis(port, '127.0.0.1', { protocol: 2 })
    const info = await redis.call('RG.INFOCLUSTER')
    redis.disconnect()
    if (!Array.isArray(info)) throw new Error(`not initialised: ${info}`)
    return info[info.indexOf('MyRunId') + 1]
  }
  const ports = [engine.port, engine.port + 1, engine.port + 2]
  const before = await Promise.all(ports.map(runId))
  await page.goto('/default/cluster')
  await page.getByRole('button', { name: 'Refresh all 3 shards' }).first().click()
  await page
    .getByRole('dialog')
    .or(page.getByRole('alertdialog'))
    .getByRole('button', { name: 'Refresh all 3 shards' })
    .click()
  await expect(page.getByText('Refreshed 3 shards')).toBeVisible()
  const shards = page.getByRole('list', { name: 'Refreshed shards' }).getByRole('listitem')
  await expect(shards).toHaveText([/OK$/, /OK$/, /OK$/])
  // Each refresh creates a new run id (protocol 7).
  const after = await Promise.all(ports.map(runId))
  for (const [i, id] of after.entries()) expect(id).not.toBe(before[i])
})
