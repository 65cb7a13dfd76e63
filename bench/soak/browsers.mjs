// Five people who look: one page each in a context of its own, and what their pages cost.
import { chromium } from 'playwright'
import { CHROMIUM } from '../../e2e/chromium.mjs'

const STREAM = '/api/default/live'
/** A page may take so long to start while five do, ms. */
const START_MS = 120_000

/** Opens one page for each path, one after the other, as people come; resolves when each listens. */
export async function openBrowsers(url, paths) {
  const browser = await chromium.launch(CHROMIUM)
  const pages = []
  for (const path of paths) pages.push(await open(browser, url, path))
  return { pages, close: () => browser.close() }
}

async function open(browser, url, path) {
  // Without a graphics card, five pages that redraw what moves sixty times a second are a load of their own.
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const seen = { path, streams: 0, polls: 0, errors: [] }
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (pathname === STREAM) seen.streams++
    // The fallback of a feed whose stream does not pass asks by version.
    else if (searchParams.has('since')) seen.polls++
  })
  page.on('pageerror', (error) => seen.errors.push(error.message))
  const opened = page.waitForRequest((request) => new URL(request.url()).pathname === STREAM, { timeout: START_MS })
  await page.goto(url + path, { timeout: START_MS })
  await opened
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable')
  return { page, seen, session }
}

/** JavaScript that a page still needs after a collection of garbage, MB. */
export async function heapMb({ session }) {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1024 / 1024
}

/** Times that a page had to open its stream again, or to ask without one. */
export const dropsOf = ({ seen: { streams, polls } }) => streams - 1 + polls
