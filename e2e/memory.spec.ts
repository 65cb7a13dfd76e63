import { expect, test } from './fixtures'

test.use({ seed: true })

const memoryOf = (reply: unknown): number => {
  if (!Array.isArray(reply)) throw new Error('RG.PYSTATS answered no array')
  return Number(reply[reply.indexOf('CurrAllocated') + 1])
}

test('the chart gains points while one looks, and its last value is what RG.PYSTATS says', async ({ page, redis }) => {
  await page.goto('/default/memory')
  const chart = page.getByRole('img', { name: 'Python memory over time, by shard' })
  const line = chart.locator('path.recharts-line-curve').first()
  // A flat line has no height, so that a browser calls it hidden: attached is what counts.
  await line.waitFor({ state: 'attached' })
  const points = async () => ((await line.getAttribute('d')) ?? '').split(/[LC]/).length
  const before = await points()
  await expect.poll(points).toBeGreaterThan(before + 2)

  const { samples } = await (await page.request.get('/api/default/memory')).json()
  const last = samples.at(-1)?.memory?.standalone?.current
  const now = memoryOf(await redis.call('RG.PYSTATS'))
  expect(Math.abs(now - last) / now).toBeLessThan(0.2)
})
