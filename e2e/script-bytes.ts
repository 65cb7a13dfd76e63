import type { Page } from 'playwright/test'

/** What a page has loaded of scripts, bytes: compressed, as the server sent them, those from the cache too. */
export const scriptBytes = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const sizes = new Map<string, number>()
    for (const entry of performance.getEntriesByType('resource')) {
      if (entry instanceof PerformanceResourceTiming && entry.name.endsWith('.js'))
        sizes.set(entry.name, entry.encodedBodySize)
    }
    return [...sizes.values()].reduce((sum, size) => sum + size, 0)
  })
