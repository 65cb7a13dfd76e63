import { Redis } from 'ioredis'
import { expect, test } from './fixtures'

test.use({ shards: 3, seed: true })

test('the slot map shows who holds what, as CLUSTER SLOTS says', async ({ page, redis }) => {
  await page.goto('/default/cluster')
  const bar = page.getByRole('slider', { name: 'Slots by shard' })
  const named = page.getByText(/^[0-9a-f]{4} · 127\.0\.0\.1:\d+ · /)
  await expect(named).toBeHidden()
  await bar.focus()
  await expect(named).toHaveText(/ 5,461 slots: 0–5,460$/)
  await bar.press('ArrowRight')
  await expect(bar).toHaveAttribute('aria-valuetext', / 5,462 slots: 5,461–10,922$/)
  await bar.press('End')
  await expect(named).toHaveText(/ 5,461 slots: 10,923–16,383$/)
  await bar.blur()
  await bar.hover({ position: { x: 3, y: 10 } })
  await expect(named).toHaveText(/ 5,461 slots: 0–5,460$/)
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
