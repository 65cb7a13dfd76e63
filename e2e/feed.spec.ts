import { expect, test } from './fixtures'
import { wireTo } from './wire'

test.use({ seed: true })

const PATIENCE = { timeout: 45_000 }

test('a stream that stands and carries nothing is told within seconds, polled around, and replaced', async ({
  page,
  gearboard,
}) => {
  const wire = await wireTo(gearboard.port)
  try {
    await page.goto(`${wire.url}/default/executions`)
    const bar = page.getByRole('banner')
    await expect(bar.getByText(/^live/)).toBeVisible(PATIENCE)

    wire.cut('standing')
    const lost = page.getByText(/Disconnected from Gearboard: nothing received for 1\d s/)
    await expect(lost.or(bar.getByText(/^polling/))).toBeVisible(PATIENCE)
    await expect(bar.getByText(/^live/)).toBeVisible(PATIENCE)
    await expect(lost).toBeHidden()

    wire.cut('all')
    await expect(bar.getByText(/^not live/)).toBeVisible(PATIENCE)
    await expect(page.getByText(/Showing data from/)).toBeVisible()
    await expect(page.getByRole('grid').getByRole('row').nth(1)).toBeVisible()

    wire.mend()
    await expect(bar.getByText(/^live/)).toBeVisible(PATIENCE)
    await expect(page.getByText(/Showing data from/)).toBeHidden()
  } finally {
    await wire.stop()
  }
})

for (const hours of [-26, -1, 1]) {
  test(`a browser whose clock is ${hours} h off counts ages by Gearboard's clock`, async ({ page }) => {
    await page.addInitScript((ms) => {
      const Real = Date
      const now = () => Real.now() + ms
      globalThis.Date = new Proxy(Real, {
        construct: (_, given) => Reflect.construct(Real, given.length === 0 ? [now()] : given),
        get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
      })
    }, hours * 3_600_000)
    await page.goto('/default/executions')
    const bar = page.getByRole('banner')
    await expect(bar.getByText(/^(now|\d+ s ago)$/)).toBeVisible(PATIENCE)
    // The newest run of the seed is seconds old, whatever this browser's clock says.
    await expect(
      page
        .getByRole('grid')
        .getByText(/^(now|[1-5]?\d s ago)$/)
        .first(),
    ).toBeVisible(PATIENCE)
    await page.goto('/default/overview')
    await expect(bar.getByText(/^(now|\d+ s ago)$/)).toBeVisible(PATIENCE)
    await expect(page.locator('main')).not.toContainText(/\b(2[4-9]|1) h\b/)
  })
}
