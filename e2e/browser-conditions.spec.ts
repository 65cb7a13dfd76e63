import type { Page } from 'playwright/test'
import { NAV_ENTRIES } from '@/components/shell/nav'
import { SCRIPT_BUDGETS } from './budgets'
import { expect, follow, test, waitForScripts } from './fixtures'
import { scriptBytes } from './script-bytes'

// What a browser may be like: one that reports on its console, one of forced colours, one that prints, one that stores nothing.

test.use({ seed: true })

const PAGES = NAV_ENTRIES.map(({ slug }) => slug)
const SCREENS = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
]
/** The sum of the layout shifts of a page while it loads: below 0.1 is good to browsers, a seventh of that to Gearboard. */
const SHIFTS = 0.015
/** A4 at 96 dpi without its margins. */
const PAPER = { width: 718, height: 1047 }
/** Rows of a list that are printed at least, where it has as many. */
const PRINTED = 300

/** Collects what moves in the pages that are loaded from now on; what moved in the present one, the largest first. */
async function watchShifts(page: Page): Promise<() => Promise<{ readonly sum: number; readonly what: string }>> {
  await page.addInitScript(() => {
    const shifts: { readonly value: number; readonly what: string }[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!('value' in entry && 'sources' in entry && Array.isArray(entry.sources))) continue
        const [first] = entry.sources
        const { textContent, className } = first?.node instanceof Element ? first.node : document.body
        const rects = [first?.previousRect, first?.currentRect].map((rect) => `${rect?.y} + ${rect?.height}`)
        shifts.push({
          value: Number(entry.value),
          what: `${entry.value}: ${className} "${textContent.slice(0, 40)}" ${rects.join(' → ')}`,
        })
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  return () =>
    page.evaluate(() => {
      const shifts: { readonly value: number; readonly what: string }[] = Reflect.get(window, 'shifts')
      const largest = shifts.toSorted((a, b) => b.value - a.value).slice(0, 3)
      return {
        sum: shifts.reduce((all, { value }) => all + value, 0),
        what: largest.map(({ what }) => what).join('; '),
      }
    })
}

test('no page writes to the console, is heavier than its budget, moves while it loads, or fetches another before its link is pointed at', async ({
  page,
}) => {
  const written: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') written.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => written.push(`${page.url()}: ${error}`))
  const fetched: string[] = []
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (searchParams.has('_rsc')) fetched.push(`${new URL(page.url()).pathname}: ${pathname}`)
  })
  const heavy: string[] = []
  const moved: string[] = []
  const shiftsOf = await watchShifts(page)
  const load = async (path: string) => {
    await page.goto(`/default/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Loading')
    await expect(page.locator('main .animate-pulse')).toHaveCount(0, { timeout: 30_000 })
    const { sum, what } = await shiftsOf()
    if (sum >= SHIFTS) moved.push(`${path} at ${page.viewportSize()?.width} px by ${sum}: ${what}`)
  }
  /** Such as is listed first. */
  const oneOf = async (list: 'executions' | 'registrations') => {
    const reply: Record<string, readonly { readonly key: string }[]> = await (
      await page.request.get(`/api/default/${list}`)
    ).json()
    return `${list}/${encodeURIComponent(reply[list]?.[0]?.key ?? '')}`
  }
  for (const screen of SCREENS) {
    await page.setViewportSize(screen)
    await load(await oneOf('executions'))
    await load(await oneOf('registrations'))
    for (const slug of PAGES) {
      await load(slug)
      const kilobytes = (await scriptBytes(page)) / 1000
      const budget = SCRIPT_BUDGETS[slug] ?? 0
      if (kilobytes > budget) heavy.push(`${slug}: ${kilobytes.toFixed(0)} kB of scripts, its budget is ${budget} kB`)
    }
  }
  expect(moved).toEqual([])
  expect(heavy).toEqual([])
  const at = `/default/${PAGES.at(-1)}`
  const linkTo = (name: string) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name })
  await linkTo('Memory').hover()
  await expect.poll(() => fetched).toContain(`${at}: /default/memory`)
  await linkTo('Cluster').focus()
  await expect.poll(() => fetched).toContain(`${at}: /default/cluster`)
  expect(new Set(fetched)).toEqual(new Set([`${at}: /default/memory`, `${at}: /default/cluster`]))
  const titles = await page.evaluateHandle(() => {
    const seen: string[] = []
    new MutationObserver(() => seen.push(document.title)).observe(document.head, {
      childList: true,
      subtree: true,
      characterData: true,
    })
    return seen
  })
  for (const name of ['Memory', 'Registrations', 'Executions']) {
    await linkTo(name).click()
    await expect(page).toHaveTitle(new RegExp(`^(\\(\\d+\\) )?${name} · 127\\.0\\.0\\.1:\\d+ · Gearboard$`))
  }
  await page.getByRole('row').nth(1).click()
  await expect(page).toHaveTitle(/(ok|failed|aborted|running|waiting) · 127\.0\.0\.1:\d+ · Gearboard$/)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('option', { name: 'Executions' }).first()).toBeVisible()
  await page.getByRole('option', { name: 'About Gearboard' }).click()
  const about = page.getByRole('dialog', { name: 'About Gearboard' })
  await expect(about).toContainText(`Node${process.versions.node}`)
  await expect(about.getByRole('heading', { name: /^What is new in/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(about).toBeHidden()
  await page.goBack()
  await expect(page).toHaveTitle(/^(\(\d+\) )?Executions · 127\.0\.0\.1:\d+ · Gearboard$/)
  expect(await titles.jsonValue()).not.toContain('')
  expect(written).toEqual([])
})

test('where colours are forced, what is live, chosen or on is told apart by its fill', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  const fillOf = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor)
  const canvas = () => fillOf('body')

  await page.goto('/default/overview')
  await expect(page.locator('header').getByText('live')).toBeVisible()
  expect(await fillOf('header span.rounded-full')).not.toBe(await canvas())
  const range = '[role=radio]'
  expect(await fillOf(`${range}[data-state=on]`)).not.toBe(await fillOf(`${range}[data-state=off]`))
  expect(await fillOf('nav [aria-current=page]')).not.toBe(await fillOf('nav a:not([aria-current])'))

  await follow(page, '/default/activity')
  expect(await fillOf('[role=tab][data-state=active]')).not.toBe(await fillOf('[role=tab][data-state=inactive]'))

  await follow(page, '/default/executions')
  const markOf = (selected: boolean) =>
    page
      .locator(`tr[aria-selected=${selected}]`)
      .first()
      // A gradient is drawn only where colours are not forced.
      .evaluate(
        (element) => `${getComputedStyle(element).backgroundImage} ${getComputedStyle(element).forcedColorAdjust}`,
      )
  await page.getByRole('row').nth(1).getByRole('checkbox').click()
  await expect.poll(() => markOf(true)).toMatch(/gradient.* none$/)
  expect(await markOf(false)).toBe('none auto')
  expect(await fillOf('[role=checkbox][data-state=checked]')).not.toBe(
    await fillOf('[role=checkbox][data-state=unchecked]'),
  )

  await follow(page, '/default/editor')
  const wait = page.getByRole('switch').first()
  const off = await wait.evaluate((element) => getComputedStyle(element).backgroundColor)
  await wait.click()
  expect(await wait.evaluate((element) => getComputedStyle(element).backgroundColor)).not.toBe(off)
})

test('every page is printed whole, on light paper, and says what it is', async ({ page, engine }) => {
  // Ten pages, each laid out twice, once with all rows of its lists.
  test.slow()
  await page.goto('/default/overview')
  for (const { slug, name } of NAV_ENTRIES) {
    await page.emulateMedia({ media: 'screen', colorScheme: 'dark' })
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
    await expect(page).toHaveURL(new RegExp(`/default/${slug}(\\?|$)`))
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Loading')
    await page.emulateMedia({ media: 'print' })
    await page.setViewportSize(PAPER)
    await expect(page.getByRole('navigation', { name: 'Pages' })).toBeHidden()
    await expect(page.getByRole('banner')).toBeHidden()
    await expect(page.getByText(`127.0.0.1:${engine.port}`).first()).toBeVisible()
    await expect(page.getByText(/^Printed \d/)).toBeVisible()
    await expect(page.getByText(`Gearboard · ${name}`)).toBeVisible()
    // What is printed is the page once it has loaded: a list or a table may still come.
    await expect(async () => {
      const { width, scheme, outside, missing } = await page.evaluate(
        async ([paper, most]) => {
          dispatchEvent(new Event('beforeprint'))
          await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
          const found = {
            width: document.documentElement.scrollWidth,
            scheme: getComputedStyle(document.documentElement).colorScheme,
            outside: [...document.querySelectorAll('main td, main th')].flatMap((cell) =>
              cell.getBoundingClientRect().right > paper + 1 ? [cell.textContent] : [],
            ),
            missing: [...document.querySelectorAll('main [role=grid][aria-rowcount]')].filter(
              (grid) =>
                grid.querySelectorAll('[aria-rowindex]').length <
                Math.min(Number(grid.getAttribute('aria-rowcount')), most),
            ).length,
          }
          // All rows of a list are drawn at each delta until this: on a busy machine the page would have time for nothing else.
          dispatchEvent(new Event('afterprint'))
          return found
        },
        [PAPER.width, PRINTED] as const,
      )
      expect(width, slug).toBeLessThanOrEqual(PAPER.width)
      expect(scheme, slug).toBe('light')
      expect(outside, slug).toEqual([])
      expect(missing, `lists of ${slug} without their rows`).toBe(0)
    }).toPass({ timeout: 30_000 })
  }
})

test('a browser that stores nothing is not said to keep a draft', async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('QuotaExceededError')
    }
  })
  await page.goto('/default/editor')
  await page.getByRole('textbox', { name: 'Script', exact: true }).fill('GB().run()')
  await expect(page.getByText('lost on reload: the browser did not store it')).toBeVisible()
  await page.getByRole('link', { name: 'Memory' }).click()
  await page.getByRole('link', { name: 'Editor' }).click()
  await expect(page.getByRole('textbox', { name: 'Script', exact: true })).toContainText('GB().run()')
})

test('times in another zone, the height of rows and hidden columns are kept across loads', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ baseURL, timezoneId: 'Asia/Tokyo' })
  const page = await context.newPage()
  waitForScripts(page)
  await page.goto('/default/executions')
  const printed = page.getByText(/^Printed/)
  await expect(printed).toContainText('GMT+9')
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'Theme, time zone and rows' }).click()
    await page.getByRole('menuitem', { name, exact: true }).click()
  }
  await choose('UTC')
  await choose('Compact')
  await page.getByRole('button', { name: 'Columns' }).press('Enter')
  await page.getByRole('menuitem', { name: /^Id\b/ }).press('Enter')
  await page.keyboard.press('Escape')
  const id = page.getByRole('columnheader', { name: 'Id', exact: true })
  await expect(page.getByRole('columnheader', { name: 'Outcome' })).toBeVisible()
  await expect(id).toHaveCount(0)
  await page.reload()
  await expect(printed).toContainText('UTC')
  await expect(page.getByRole('columnheader', { name: 'Outcome' })).toBeVisible()
  await expect(id).toHaveCount(0)
  await page.getByRole('button', { name: 'Theme, time zone and rows' }).click()
  await expect(page.getByRole('menuitem', { name: 'Compact' }).getByLabel('chosen')).toBeVisible()
  await page.keyboard.press('Escape')
  // Tables that are no list of thousands follow the same choice.
  await page.goto('/default/config')
  const row = page.getByRole('row', { name: /^MaxExecutions / })
  const height = async () => (await row.boundingBox())?.height ?? 0
  const compact = await height()
  await choose('Roomy')
  await expect.poll(async () => (await height()) - compact).toBe(10)
  await context.close()
})
