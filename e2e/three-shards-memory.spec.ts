import type { Locator } from 'playwright/test'
import { expect, test } from './fixtures'

test.use({ shards: 3, seed: true })

const FIGURE = /([\d.,]+) (kB|MB)/

const bytesOf = async (cell: Locator): Promise<number> => {
  // Nothing is shown before the page's first sample.
  await expect(cell).toHaveText(FIGURE)
  const [, figure, unit] = FIGURE.exec((await cell.textContent()) ?? '') ?? []
  return Number(figure?.replaceAll(',', '')) * (unit === 'MB' ? 1e6 : 1e3)
}

test('each shard’s memory is what that shard answers, and the sum is theirs', async ({ page, engine, perShard }) => {
  await page.goto('/default/memory')
  const table = page.getByRole('table', { name: 'Memory per shard' })
  await expect(table.getByRole('row')).toHaveCount(5)
  let sum = 0
  for (const [offset, shard] of perShard.entries()) {
    const stats = await shard.call('RG.PYSTATS')
    if (!Array.isArray(stats)) throw new Error('RG.PYSTATS answered no array')
    const held = Number(stats[stats.indexOf('CurrAllocated') + 1])
    sum += held
    const row = table.getByRole('row').filter({ hasText: `:${engine.port + offset}` })
    const shown = await bytesOf(row.getByRole('cell').nth(2))
    expect(Math.abs(shown - held) / held).toBeLessThan(0.2)
  }
  const all = await bytesOf(table.getByRole('row').last().getByRole('cell').nth(2))
  expect(Math.abs(all - sum) / sum).toBeLessThan(0.2)
})
