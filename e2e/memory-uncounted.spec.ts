import { expect, test } from './fixtures'
import { startEngine, startGearboard } from './servers'

test('where RedisGears counts nothing, the pages say so instead of drawing a flat zero', async ({ page }) => {
  const engine = await startEngine({ moduleArgs: 'OverridePythonAllocators 0' })
  const gearboard = await startGearboard({ GEARBOARD_URL: engine.url })
  try {
    await page.goto(`${gearboard.url}/default/memory`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Python memory is not measured here.')
    await expect(page.getByText('RedisGears does not measure Python memory here.')).toBeVisible()
    await expect(page.getByRole('main')).toContainText('OverridePythonAllocators')
    const { shards } = await (await page.request.get(`${gearboard.url}/api/default/memory`)).json()
    expect(shards[0].value).toEqual({ current: 0, peak: 0, total: 0 })
  } finally {
    await gearboard.stop()
    await engine.stop()
  }
})
