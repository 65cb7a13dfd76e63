import { expect, test } from './fixtures'

test('one server that is no cluster: the page says so, and Refresh says why not', async ({ page }) => {
  await page.goto('/default/cluster')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/no cluster|one server|standalone|single/i)
  await expect(page.getByRole('button', { name: 'Refresh the shard' }).first()).toHaveAttribute('aria-disabled', 'true')
})
