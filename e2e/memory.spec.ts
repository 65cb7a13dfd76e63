import { formatBytes } from '@gearboard/gears/vocabulary/text'
import type { Response } from 'playwright/test'
import { ClickCounter } from './clicks'
import { expect, test } from './fixtures'

test.use({ seed: true })

const memoryOf = (reply: unknown): number => {
  if (!Array.isArray(reply)) throw new Error('RG.PYSTATS answered no array')
  return Number(reply[reply.indexOf('CurrAllocated') + 1])
}

const CHART = 'Python memory over time, by shard'

test('the chart gains points while one looks, and its last value is what RG.PYSTATS says', async ({ page, redis }) => {
  await page.goto('/default/memory')
  const chart = page.getByRole('img', { name: CHART })
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

test('a time on record: drawn as the record says, zoomed by dragging, left by the browser’s way back', async ({
  page,
}) => {
  const history = async (query: Record<string, string | number>) =>
    (await page.request.get('/api/default/history/series', { params: query })).json()
  const now = Date.now()
  const asked = { kind: 'memory', subject: 'standalone', from: now - 60_000, to: now + 60_000 }
  await expect.poll(async () => (await history(asked)).points.length).toBeGreaterThan(5)

  const answers: Response[] = []
  page.on('response', (response) => {
    if (/\/history\/series\?kind=memory/.test(response.url())) answers.push(response)
  })
  await page.goto('/default/memory?range=1h')
  const chart = page.getByRole('img', { name: CHART })
  const line = chart.locator('path.recharts-line-curve').first()
  await line.waitFor({ state: 'attached' })
  // The figure at the line's end is the newest of what the record answered last.
  await expect
    .poll(async () => {
      const answer = answers.at(-1)
      if (!answer) return false
      const { points } = await answer.json()
      const known = points.flatMap((point: { values: { current: number | null } }) => point.values.current ?? [])
      const shown = (await chart.textContent()) ?? ''
      return shown.includes(formatBytes(known.at(-1)))
    })
    .toBe(true)

  // What is loaded above it may move the chart away from the mouse.
  await expect(async () => {
    const box = await chart.boundingBox()
    if (!box) throw new Error('the chart has no box')
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.7, box.y + 80, { steps: 5 })
    await page.mouse.up()
    await expect(page).toHaveURL(/from=\d+&to=\d+/, { timeout: 2000 })
  }).toPass()
  const url = new URL(page.url())
  const span = Number(url.searchParams.get('to')) - Number(url.searchParams.get('from'))
  expect(span).toBeGreaterThan(10 * 60_000)
  expect(span).toBeLessThan(20 * 60_000)
  await page.goBack()
  await expect(page.getByRole('radio', { name: '1 h' })).toBeChecked()

  await page.getByRole('button', { name: 'Double the time range' }).click()
  await expect(page).toHaveURL(/from=\d+&to=\d+/)
})

test('what was deployed is marked, by name and version', async ({ page, unique, submit }) => {
  const script = `GB('CommandReader').register(trigger='${unique}')`
  await submit(script, { description: unique })
  await page.goto('/default/overview')
  const clicks = new ClickCounter()
  await clicks.on(page.getByRole('link', { name: /^Memory/ }).first())
  await expect(page.getByText(`${unique} v1 deployed`)).toBeVisible({ timeout: 30_000 })
  // And how much more Python holds since.
  await expect(page.getByText(new RegExp(`Since ${unique} v1, .* ago: [+−-]?[\\d.]+ ?[kM]?B`))).toBeVisible()
  expect(clicks.count).toBeLessThanOrEqual(1)
})

test('the peak is another line, without a sum', async ({ page }) => {
  await page.goto('/default/memory')
  await page.getByRole('radio', { name: 'Peak' }).click()
  await expect(page).toHaveURL(/measure=peak/)
  await expect(page.getByRole('img', { name: `${CHART}: peaks` })).toBeVisible()
})

test('growth per run says what is known, never more', async ({ page }) => {
  await page.goto('/default/memory')
  const panel = page.getByRole('region', { name: 'Growth per run' })
  await expect(panel.getByText(/^Too early to say what grows: about .* more data needed\.$/)).toBeVisible()
})
