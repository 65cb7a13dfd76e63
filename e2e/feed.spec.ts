import type { BrowserContext, Request } from 'playwright/test'
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

/** The live streams that a browser has open. */
function streamsOf(context: BrowserContext): () => readonly Request[] {
  const open = new Set<Request>()
  context.on('request', (request) => {
    if (request.resourceType() === 'eventsource') open.add(request)
  })
  const forget = (request: Request) => {
    open.delete(request)
  }
  context.on('requestfinished', forget).on('requestfailed', forget)
  return () => [...open].filter((request) => !request.frame().page().isClosed())
}

for (const [count, locks] of [
  [10, 'Web Locks'],
  [7, 'no Web Locks, as over http from another machine'],
] as const)
  test(`${count} tabs share one stream; when the tab that has it closes, the others stay live: with ${locks}`, async ({
    context,
    gearboard,
    start,
    unique,
  }) => {
    if (locks !== 'Web Locks')
      await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }))
    const streams = streamsOf(context)
    const pages = await Promise.all(Array.from({ length: count }, () => context.newPage()))
    const allLive = () =>
      Promise.all(
        pages
          .filter((page) => !page.isClosed())
          .map((page) => expect(page.getByRole('banner').getByText(/^live/)).toBeVisible(PATIENCE)),
      )
    await Promise.all(pages.map((page) => page.goto(`${gearboard.url}/default/executions?q=${unique}`)))
    await allLive()
    const runShows = async (name: string) => {
      await start(`GB('ShardsIDReader').run()`, `${unique} ${name}`)
      for (const page of pages.filter((page) => !page.isClosed()))
        await expect(page.getByRole('grid').getByText(`${unique} ${name}`).first()).toBeVisible(PATIENCE)
    }
    await runShows('first')
    const [stream, ...more] = streams()
    expect(more).toEqual([])

    await stream?.frame().page().close()
    await runShows('second')
    await expect.poll(() => streams().length).toBe(1)
    await allLive()
    for (const page of pages.filter((page) => !page.isClosed()))
      expect(await page.evaluate(async () => (await fetch('/api/default/executions')).status)).toBe(200)
  })

test('a connection that is removed is gone in each tab that shows it, and does not reconnect', async ({
  context,
  request,
  gearboard,
  engine,
}) => {
  const added = await request.post(`${gearboard.url}/api/connections`, {
    data: { name: 'second', label: 'Second shop', url: engine.url },
  })
  expect(added.status(), await added.text()).toBe(200)
  const first = await context.newPage()
  const pages = [first, await context.newPage()]
  await Promise.all(pages.map((page) => page.goto(`${gearboard.url}/second/executions`)))
  for (const page of pages) await expect(page.getByRole('banner').getByText(/^live/)).toBeVisible(PATIENCE)

  const removed = await request.delete(`${gearboard.url}/api/connections/settings/second`)
  expect(removed.status(), await removed.text()).toBe(200)
  for (const page of pages) {
    await expect(page.getByRole('heading', { name: 'The connection Second shop is gone' })).toBeVisible(PATIENCE)
    await expect(page.getByRole('banner').getByText(/^gone/)).toBeVisible()
    await expect(page.getByText(/Reconnecting/)).toBeHidden()
  }
  await first.getByRole('link', { name: 'Go to Overview' }).click()
  await expect(first.getByRole('banner').getByText(/^live/)).toBeVisible(PATIENCE)
})
