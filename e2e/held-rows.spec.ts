import { type BrowserContext, devices, type Page } from 'playwright/test'
import { expect, test } from './fixtures'

/** A second, while one reads a page. */
const PER_SECOND = 20
/** How many rows come in the 400 ms between a look and a press. */
const MEANWHILE = 8

test.use({ engineOf: 'held-rows' })

/** A function that each SET of a key with this prefix fires, and a client that fires it all the time. */
const busy = test.extend<{ firing: undefined }>({
  firing: [
    async ({ register, redis, unique }, use) => {
      await register(`
def tally(event):
    return event['key']

GB('KeysReader', desc='${unique}').map(tally).register('${unique}:*', mode='async', eventTypes=['set'])
`)
      let n = 0
      const timer = setInterval(() => void redis.set(`${unique}:${n++}`, '1').catch(() => undefined), 1000 / PER_SECOND)
      await expect
        .poll(async () => JSON.stringify(await redis.call('RG.DUMPEXECUTIONS')).split('executionId').length)
        .toBeGreaterThan(40)
      await use(undefined)
      clearInterval(timer)
    },
    { auto: true },
  ],
})

interface SeenRow {
  readonly key: string
  readonly x: number
  readonly y: number
}

/** The row at a place of those in view, counted from the top, with the middle of it. */
const rowAt = (page: Page, place: number): Promise<SeenRow> =>
  page.evaluate((at) => {
    const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
      .map((row) => ({ key: row.dataset.row ?? '', box: row.getBoundingClientRect() }))
      .sort((a, b) => a.box.top - b.box.top)
    const row = rows[at]
    if (!row) throw new Error(`there are only ${rows.length} rows`)
    return {
      key: row.key,
      x: row.box.x + Math.min(row.box.width, innerWidth) / 2,
      y: row.box.y + row.box.height / 2,
    }
  }, place)

const keysInView = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-row]')]
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((row) => row.dataset.row ?? ''),
  )

const pill = (page: Page) => page.getByRole('button', { name: /^[\d,]+ new/ })

/** Until so many new rows wait. */
async function comeIn(page: Page, count: number): Promise<void> {
  await expect
    .poll(async () => Number.parseInt((await pill(page).textContent()) ?? '0', 10), { timeout: 60_000 })
    .toBeGreaterThanOrEqual(count)
}

/** Rows hold before the press: those that move under it make Playwright scroll the list. */
async function selectRow(page: Page, place: number): Promise<void> {
  const { x, y } = await rowAt(page, place)
  await page.mouse.move(x, y)
  await page
    .getByRole('checkbox', { name: /^Select execution/ })
    .nth(place)
    .click()
}

const openedKey = (page: Page): string => decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '')
const idOf = (rowKey: string): string => rowKey.split(' ')[0] ?? ''

/** The list with enough rows to press on. */
async function openList(page: Page, search = ''): Promise<void> {
  await page.goto(`/default/executions${search}`)
  await expect.poll(async () => (await keysInView(page)).length, { timeout: 60_000 }).toBeGreaterThan(12)
}

busy('rows hold under the pointer and are let in as it leaves, or by the button and the key', async ({ page }) => {
  await openList(page)
  // A transition, however short, would show rows for a frame where they were one delta before.
  const transitions = await page.evaluate(
    () => getComputedStyle(document.querySelector('[data-row]') ?? document.body).transitionProperty,
  )
  expect(transitions).toBe('none')
  const seen = await rowAt(page, 3)
  await page.mouse.move(seen.x, seen.y)
  await comeIn(page, 1)
  const before = await keysInView(page)
  await comeIn(page, 2 * MEANWHILE)
  expect(await keysInView(page)).toEqual(before)

  await page.keyboard.press('.')
  await expect.poll(async () => (await keysInView(page))[0]).not.toBe(before[0])
  await comeIn(page, 1)
  const [first] = await keysInView(page)
  await pill(page).click()
  await expect.poll(async () => (await keysInView(page))[0]).not.toBe(first)

  await page.mouse.move(700, 5)
  await expect(pill(page)).toBeHidden()
})

busy('a dot that is typed into the filter lets nothing in', async ({ page }) => {
  await openList(page)
  await selectRow(page, 2)
  await page.mouse.move(700, 5)
  await comeIn(page, 1)
  const before = await keysInView(page)
  await page.getByRole('combobox', { name: 'Filter executions' }).press('.')
  await expect(page.getByRole('combobox', { name: 'Filter executions' })).toHaveValue('.')
  const after = await keysInView(page)
  expect(after).toEqual(before.slice(0, after.length))
})

busy('the keyboard opens the row that it has reached', async ({ page }) => {
  await openList(page)
  await page.getByRole('grid', { name: 'Executions' }).focus()
  for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowDown')
  const meant = (await keysInView(page))[3] ?? ''
  await comeIn(page, 2 * MEANWHILE)
  expect((await keysInView(page))[3]).toBe(meant)
  await page.keyboard.press('Enter')
  await page.waitForURL(/executions\/./)
  expect(openedKey(page)).toBe(idOf(meant))
})

busy('rows hold while some are selected, and while the list is scrolled', async ({ page }) => {
  await openList(page)
  await selectRow(page, 3)
  await page.mouse.move(700, 5)
  await comeIn(page, 1)
  const selected = await keysInView(page)
  await comeIn(page, 2 * MEANWHILE)
  expect(await keysInView(page)).toEqual(selected)
  await page.getByRole('button', { name: 'Clear selection' }).click()
  await page.mouse.move(700, 5)
  await page.locator('body').click({ position: { x: 700, y: 5 } })
  await expect(pill(page)).toBeHidden()

  await page.getByRole('grid', { name: 'Executions' }).evaluate((grid) => grid.parentElement?.scrollTo(0, 60))
  await comeIn(page, 1)
  const scrolled = await keysInView(page)
  await comeIn(page, 2 * MEANWHILE)
  expect(await keysInView(page)).toEqual(scrolled)
})

busy('a list by outcome holds as well, and another order is shown at once', async ({ page }) => {
  await openList(page, '?sort=outcome')
  const seen = await rowAt(page, 3)
  await page.mouse.move(seen.x, seen.y)
  const count = page.getByText(/^[\d,]+ (executions?|loaded)$/)
  const counted = async () => Number.parseInt(((await count.textContent()) ?? '').replaceAll(',', ''), 10)
  // A run that was under way may still have moved as the pointer arrived.
  const arrived = await counted()
  await expect.poll(counted).toBeGreaterThan(arrived)
  const before = await keysInView(page)
  const total = await counted()
  await expect.poll(counted).toBeGreaterThan(total + MEANWHILE)
  expect((await keysInView(page)).slice(0, 12)).toEqual(before.slice(0, 12))
  await page.getByRole('button', { name: 'First seen' }).click()
  await expect.poll(async () => (await keysInView(page))[0]).not.toBe(before[0])
})

busy('where there is no mouse a tap opens the row that was seen', async ({ browser, baseURL }) => {
  const phone: BrowserContext = await browser.newContext({
    ...devices['Pixel 7'],
    viewport: { width: 390, height: 844 },
    ...(baseURL && { baseURL }),
  })
  const page = await phone.newPage()
  await openList(page)
  for (let n = 0; n < 5; n++) {
    await expect(page.locator('[data-row]').nth(5)).toBeAttached()
    const seen = await rowAt(page, 1 + n)
    await comeIn(page, MEANWHILE)
    await page.touchscreen.tap(seen.x, seen.y)
    await page.waitForURL(/executions\/./)
    expect(openedKey(page)).toBe(idOf(seen.key))
    await page.goBack()
  }
  await phone.close()
})

test('a registration that is removed while its row holds stays there, marked', async ({
  page,
  redis,
  register,
  unique,
}) => {
  const id = await register(`
GB('KeysReader', desc='${unique}').map(lambda x: x).register('${unique}:*', eventTypes=['set'])
`)
  await page.goto(`/default/registrations?q=${unique}`)
  const row = page.getByRole('row', { name: new RegExp(unique) })
  await expect(row).toBeVisible()
  await row.hover()
  await redis.call('RG.UNREGISTER', id)
  await expect(row).toContainText('removed')
  await page.mouse.move(700, 5)
  await expect(row).toBeHidden()
})

busy(
  'a function that fails 4 % of its runs changes neither headline nor badge nor row',
  async ({ page, redis, register, request, unique }) => {
    const id = await register(`
def settle(event):
    if int(event['key'].split(':')[-1]) % 25 == 7:
        raise KeyError('currency')

GB('KeysReader', desc='flaky-${unique}').foreach(settle).register('flaky-${unique}:*', eventTypes=['set'])
`)
    const health = async () => {
      const answer = await (await request.get('/api/default/registrations')).json()
      const found = answer.registrations.find((r: { key: string }) => r.key === id)
      return { runs: (found?.counters.success ?? 0) + (found?.counters.failures ?? 0), state: found?.health }
    }
    let fired = 0
    const fire = async (count: number) => {
      const until = fired + count
      // A few at a time, so that many polls see some of them, with and without a failure.
      while (fired < until) {
        for (let n = 0; n < 10; n++) await redis.set(`flaky-${unique}:${fired++}`, '1')
        await expect.poll(async () => (await health()).runs, { timeout: 60_000, intervals: [100] }).toBe(fired)
      }
    }
    await fire(50)
    await page.goto('/default/overview')
    const attention = page.getByRole('region', { name: 'Needs attention' })
    await expect(attention.getByRole('listitem').filter({ hasText: "KeyError: 'currency'" })).toContainText(
      `flaky-${unique}`,
    )
    // At this rate of the other function.
    await expect(attention).toContainText('Finished executions')
    await attention.evaluate((section) => {
      const seen = new Set<string>()
      const look = () => {
        const states = [...section.querySelectorAll('li')].map(
          (row) => `${row.querySelector('span')?.textContent} ${row.querySelector('p')?.textContent}`,
        )
        const badge = document.querySelector('nav a[href$="/registrations"]')?.textContent
        seen.add([document.querySelector('h1')?.textContent, badge, ...states].join(' | '))
      }
      look()
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
      Object.assign(globalThis, { seenStates: seen })
    })
    await fire(100)
    expect(await health()).toMatchObject({ runs: 150, state: 'flaky' })
    const seen = await page.evaluate(() => Array.from(Reflect.get(globalThis, 'seenStates')).map(String))
    expect(seen).toEqual([expect.stringMatching(/1 registration is flaky.*Registrations \|.*flaky/)])
  },
)
