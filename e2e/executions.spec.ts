import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright/test'
import { ClickCounter } from './clicks'
import { expect, follow, test } from './fixtures'

const FOREVER = `
def forever(x):
    n = 0
    while True:
        n += 1

def numbers():
    yield 1

GB('PythonReader').map(forever).run(numbers)
`
/** In a coroutine, so that each of two ends by itself: on the embedded engine two that run Python are levels of one stack. */
const WAITING = `
import asyncio

async def wait(x):
    await asyncio.sleep(600)
    return x

GB('PythonReader').map(wait).run(lambda: (yield 1))
`
const FAILING = `RATES = {'EUR': 1}

def orders():
    yield {'currency': 'EUR'}
    yield {'currency': 'USD'}

def parse_order(order):
    rate = RATES[order['currency']]
    return rate

GB('PythonReader').map(parse_order).run(orders)
`
const COUNTING = `
def words():
    for word in ['a', 'b', 'a']:
        yield word

GB('PythonReader').countby().run(words)
`
const TIMED = `
import time

def numbers():
    yield 1
    yield 2

def quick(x):
    return x

def slow(x):
    # The clock on the wall counts whole milliseconds here: the loop may end up to one early.
    end = time.time() + 0.16
    while time.time() < end:
        pass
    return x

GB('PythonReader').map(quick).map(slow).run(numbers)
`

const shortId = (id: string): string => `${id.slice(0, 4)}…${id.slice(36, 40)}${id.slice(40)}`
const rowOf = (page: Page, id: string): Locator => page.getByRole('row', { name: new RegExp(`${shortId(id)}(?!\\d)`) })
const pathOf = (id: string): string => `/default/executions/${encodeURIComponent(id)}`

test('a long run is seen running, aborted from the list, and its true outcome shown', async ({
  page,
  redis,
  unique,
  start,
}) => {
  const id = await start(FOREVER, unique)
  await page.goto('/default/executions')
  const row = rowOf(page, id)
  await expect(row).toContainText('running')
  await expect(row).toContainText(unique)
  await expect(page.getByRole('main').getByText(/^[1-9]\d* running/)).toBeVisible()

  await row.getByRole('checkbox').click()
  await page.getByRole('button', { name: 'Abort' }).click()
  const dialog = page.getByRole('dialog', { name: 'Abort 1 execution?' })
  await expect(dialog).toContainText('Python code stops')
  await dialog.getByRole('button', { name: 'Abort 1 execution' }).click()
  await expect(dialog).toBeHidden()
  await expect(row).toContainText('aborted')

  // An abort of running Python ends as `done` with a forced stop: the module's word alone would call it a success.
  await expect
    .poll(async () => JSON.stringify(await redis.call('RG.GETEXECUTION', id, 'SHARD')))
    .toContain('forcestopped')
  expect(JSON.stringify(await redis.call('RG.GETEXECUTION', id, 'SHARD'))).toContain('"done"')
  await follow(page, pathOf(id))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('its Python code was stopped')
  await expect(page.getByRole('button', { name: 'Abort' })).toHaveAttribute('aria-disabled', 'true')
  await page.getByRole('link', { name: 'Who did it' }).click()
  const actions = page.getByRole('table', { name: 'Actions' }).getByRole('row')
  await expect(actions.filter({ hasText: unique })).toContainText(/anonymous.*Abort/)
})

test('of two runs in flight the longest comes first, and is aborted from its page', async ({
  page,
  unique,
  start,
  act,
}) => {
  const [longest, later] = [`${unique}-longest`, `${unique}-later`]
  const first = await start(WAITING, longest)
  const listed = async () => (await (await page.request.get('/api/default/executions')).json()).executions
  const running = (id: string) => expect.arrayContaining([expect.objectContaining({ id, outcome: 'running' })])
  await expect.poll(listed).toEqual(running(first))
  const second = await start(WAITING, later)
  await expect.poll(listed).toEqual(running(second))
  await page.goto('/default/overview')
  const tile = page.getByRole('navigation', { name: 'Figures' }).getByRole('link', { name: /^Running/ })
  const clicks = new ClickCounter()
  await clicks.on(tile)
  const rows = page.getByRole('grid', { name: 'Executions' }).getByRole('row', { name: new RegExp(unique) })
  await expect(rows).toHaveText([new RegExp(longest), new RegExp(later)])
  await clicks.on(rows.first().getByRole('link', { name: longest }))
  const state = page.getByRole('region', { name: 'State', exact: true })
  await expect(state).toContainText(/running on /)
  await expect(state.getByRole('listitem')).toHaveCount(0)
  await clicks.on(page.getByRole('button', { name: 'Abort' }))
  await clicks.on(page.getByRole('dialog').getByRole('button', { name: 'Abort 1 execution' }))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Aborted')
  expect(clicks.count).toBeLessThanOrEqual(4)
  expect((await act('POST', 'executions', second, 'abort')).status()).toBe(200)
})

test('a failing run shows its traceback, and the line of the script that raised it', async ({
  page,
  unique,
  start,
}) => {
  const id = await start(FAILING, unique)
  await page.goto(`/default/executions?q=${encodeURIComponent(`function:${unique}`)}`)
  await expect(rowOf(page, id)).toContainText("KeyError: 'USD'")
  await rowOf(page, id).getByRole('link', { name: unique }).click()

  await expect(page.getByRole('heading', { level: 1 })).toContainText("KeyError: 'USD', raised in parse_order")
  const errors = page.getByRole('region', { name: 'Errors' })
  // The error before the plan and the results.
  await expect(page.getByRole('tabpanel').getByRole('region').first()).toContainText("KeyError: 'USD'")
  await expect(errors.getByRole('link', { name: 'Open in editor at line 8' })).toBeVisible()
  await expect(errors).toContainText('parse_order, line 8 of the submitted script')
  await expect(errors.getByText('failed here').locator('..').locator('..')).toContainText(
    "rate = RATES[order['currency']]",
  )
  await expect(errors.getByRole('group', { name: 'Traceback' })).toContainText('Traceback (most recent call last):')
  await expect(page.getByRole('region', { name: 'Results' })).toContainText('1–1 of 1')

  await page.getByRole('tab', { name: 'Source' }).click()
  await expect(page.getByRole('group', { name: 'Script' })).toContainText('def parse_order(order):')
  await expect(page).toHaveURL(/tab=source/)
})

test('the steps of a profiled run are timed, in data-flow order', async ({ page, redis, start }) => {
  await redis.call('RG.CONFIGSET', 'ProfileExecutions', '1')
  try {
    const id = await start(TIMED)
    await page.goto(pathOf(id))
    await expect(page.getByRole('heading', { level: 1 })).toContainText('2 results')
    const steps = page.getByRole('region', { name: 'Plan' }).getByRole('listitem')
    await expect(steps.filter({ hasText: 'slow' })).toContainText(/\d+ ms/)
    const titles = await steps.allInnerTexts()
    expect(titles.findIndex((text) => text.includes('quick'))).toBeLessThan(
      titles.findIndex((text) => text.includes('slow')),
    )
    // What the page says of the step is what the server said.
    const told = JSON.stringify(await redis.call('RG.GETEXECUTION', id, 'SHARD'))
    const ms = /"duration",(\d+),"name","RedisGearsPy_PyCallbackMapper","arg","<function slow/.exec(told)?.[1]
    expect(Number(ms)).toBeGreaterThanOrEqual(300)
    const table = page.getByRole('table', { name: 'Time per shard and step, ms' })
    await expect(table.getByRole('cell', { name: ms, exact: true })).toBeVisible()
  } finally {
    await redis.call('RG.CONFIGSET', 'ProfileExecutions', '0')
  }
})

test('an untimed run says why it has no step times', async ({ page, start }) => {
  const id = await start(COUNTING)
  await page.goto(pathOf(id))
  await expect(page.getByText('No step times')).toBeVisible()
  const results = page.getByRole('region', { name: 'Results' })
  await expect(results.getByRole('columnheader')).toHaveText(['key', 'value'])
  await expect(results).toContainText('a')
})

test('a dropped execution leaves the server, and Gearboard still knows it', async ({ page, redis, start }) => {
  const id = await start(COUNTING)
  await page.goto(pathOf(id))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('2 results')
  await page.getByRole('button', { name: 'Drop' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Drop 1 execution' }).click()
  await expect(page.getByText('history, last seen')).toContainText('Dropped through Gearboard.')
  await expect(redis.call('RG.GETRESULTS', id)).rejects.toThrow('execution plan does not exist')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('2 results')
  await expect(page.getByRole('button', { name: 'Drop' })).toHaveAttribute('aria-disabled', 'true')
})

test('the filter lives in the address, completes, and keeps the list when it is wrong', async ({
  page,
  unique,
  start,
}) => {
  // Every key is a new address and a new list.
  test.slow()
  const failed = await start(FAILING, unique)
  const ok = await start(COUNTING, unique)
  await page.goto('/default/executions')
  const filter = page.getByRole('combobox', { name: 'Filter executions' })
  await filter.click()
  await filter.pressSequentially(`function:${unique} `)
  await expect(rowOf(page, ok)).toBeVisible()
  await expect(rowOf(page, failed)).toContainText('failed')
  await expect(page).toHaveURL(new RegExp(`q=function:${unique}`))

  await filter.pressSequentially('status:fai')
  await page.getByRole('option', { name: /^failed/ }).click()
  await expect(rowOf(page, ok)).toBeHidden()
  await expect(rowOf(page, failed)).toBeVisible()
  // The address follows at its own pace.
  await expect(page).toHaveURL(/status(:|%3A)failed/)
  await page.reload()
  await expect(rowOf(page, failed)).toBeVisible()
  await expect(rowOf(page, ok)).toBeHidden()

  await filter.click()
  await filter.pressSequentially('duration:5 ')
  await expect(page.getByText(/At \d+: 5 is not a range. duration takes duration:>5s/)).toBeVisible()
  await expect(rowOf(page, failed)).toBeVisible()
})

test('a part of the time is chosen by dragging over the starts: bars, rows, address and its link follow', async ({
  browser,
  page,
  unique,
  start,
}) => {
  const id = await start(COUNTING, unique)
  await page.goto(`/default/executions?q=${encodeURIComponent(`function:${unique}`)}`)
  // A link with a filter and no range means all of history.
  await expect(page.getByRole('radio', { name: '30 d' })).toBeChecked()
  await expect(rowOf(page, id)).toBeVisible()
  const bars = page.getByRole('img', { name: /^Finished executions per .*, by outcome$/ })
  // Again where the page moved beneath the pointer meanwhile, as live lists above it may.
  const drag = (from: number, to: number) =>
    expect(async () => {
      const box = await bars.boundingBox()
      if (!box) throw new Error('the chart is not laid out')
      await page.mouse.move(box.x + box.width * from, box.y + box.height / 2)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * to, box.y + box.height / 2, { steps: 4 })
      await page.mouse.up()
      await expect(page).toHaveURL(/from=\d+&to=\d+/, { timeout: 5000 })
    }).toPass()
  // Days ago there was no Gearboard.
  await drag(0.2, 0.5)
  await expect(page.getByText('No execution matches the filter')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/No data from \d.*: Gearboard was not watching/)
  await expect(page.getByText(/^Now: /)).toBeVisible()
  await page.getByRole('button', { name: 'Back to live' }).click()
  await expect(page).not.toHaveURL(/from=/)
  await expect(rowOf(page, id)).toBeVisible()

  await drag(0.6, 0.999)
  await expect(page.getByRole('radio', { name: '15 m' })).not.toBeChecked()
  await page.getByRole('radio', { name: '1 h' }).click()
  await expect(page).not.toHaveURL(/from=/)
  await expect(rowOf(page, id)).toBeVisible()

  const typed = page.getByRole('textbox', { name: 'Time range' })
  const type = async (text: string) => {
    if (await typed.isHidden()) await page.getByRole('button', { name: 'Type a time range' }).press('Enter')
    await expect(typed).toBeFocused()
    await typed.fill(text)
    await typed.press('Enter')
  }
  await type('last 3 parsecs')
  await expect(typed).toHaveAccessibleDescription(/“last 3 parsecs” is not a time range. Try last 3 h, /)
  await expect(typed).toHaveValue('last 3 parsecs')
  await type('last 3 h')
  await expect(typed).toBeHidden()
  await expect(page).toHaveURL(/from=\d+&to=\d+/)
  const { searchParams } = new URL(page.url())
  expect(Number(searchParams.get('to')) - Number(searchParams.get('from'))).toBe(3 * 3_600_000)
  await expect(rowOf(page, id)).toBeVisible()
  await type('live')
  await expect(page).not.toHaveURL(/from=/)

  await drag(0.5, 0.999)
  await expect(rowOf(page, id)).toBeVisible()
  // The link shows somebody else the same.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const clicks = new ClickCounter()
  await clicks.on(page.getByRole('button', { name: 'Search or run a command' }))
  await clicks.on(page.getByRole('option', { name: 'Copy link to this page' }))
  await expect(page.getByText('Link copied')).toBeVisible()
  expect(clicks.count).toBeLessThanOrEqual(2)
  const link = await page.evaluate(() => navigator.clipboard.readText())
  const elsewhere = await browser.newContext()
  try {
    const shared = await elsewhere.newPage()
    await shared.goto(link)
    await expect(rowOf(shared, id)).toBeVisible()
    const rows = (on: Page) => on.getByRole('grid', { name: 'Executions' }).getByRole('row').count()
    await expect.poll(() => rows(shared)).toBe(await rows(page))
    expect(new URL(shared.url()).search).toBe(new URL(page.url()).search)
    expect(new URL(link).searchParams.get('q')).toBe(`function:${unique}`)
    const answer = (on: Page) => on.getByRole('heading', { level: 1 })
    await expect(answer(shared)).toHaveText((await answer(page).textContent()) ?? 'no answer')
  } finally {
    await elsewhere.close()
  }
})

test('the export holds what the filter finds', async ({ page, unique, start }) => {
  const ids = [await start(FAILING, unique), await start(FAILING, unique)]
  await start(COUNTING, unique)
  await page.goto('/default/executions')
  const filter = page.getByRole('combobox', { name: 'Filter executions' })
  await filter.focus()
  await filter.pressSequentially(`function:${unique} status:failed `)
  for (const id of ids) await expect(rowOf(page, id)).toContainText('failed')
  const clicks = new ClickCounter()
  await clicks.on(page.getByRole('button', { name: 'Export' }))
  await expect(page.getByRole('menu')).toContainText('Export 2 executions as')
  const download = page.waitForEvent('download')
  await clicks.on(page.getByRole('menuitem', { name: 'CSV' }))
  expect(clicks.count).toBeLessThanOrEqual(2)
  const [, ...rows] = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n')
  expect(rows).toHaveLength(2)
  for (const id of ids) expect(rows.filter((row) => row.includes(id))).toHaveLength(1)
  for (const row of rows) expect(row).toContain(",KeyError: 'USD',")
  await expect(page.getByText('Exported 2 executions', { exact: true })).toBeVisible()
})

test('the keyboard alone goes to the list, filters it, asks before a drop and opens a run; Back undoes it', async ({
  page,
  unique,
  start,
}) => {
  const id = await start(COUNTING, unique)
  await page.goto('/default/overview')
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await expect(page.getByRole('main')).toBeFocused()
  await expect(rowOf(page, id)).toContainText('ok')
  await page.keyboard.press('/')
  await page.keyboard.type('func')
  await page.keyboard.press('Enter')
  await page.keyboard.type(unique)
  await expect(page.getByRole('option', { selected: true })).toContainText(unique)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL((url) => url.searchParams.get('q') === `function:${unique}`)
  await page.keyboard.press('Escape')

  await page.keyboard.press('j')
  const grid = page.getByRole('grid', { name: 'Executions' })
  await expect(grid).toBeFocused()
  await page.keyboard.press('x')
  await expect(page.getByText('1 selected')).toBeVisible()
  await page.keyboard.press('a')
  await page.keyboard.press('d')
  const dialog = page.getByRole('dialog', { name: 'Drop 1 execution?' })
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(grid).toBeFocused()

  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(id))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('results')
  await page.goBack()
  await expect(page).toHaveURL((url) => url.searchParams.has('q'))
  await page.goBack()
  await expect(page).toHaveURL((url) => url.pathname.endsWith('/executions') && url.search === '')
  await expect(page.getByRole('combobox', { name: 'Filter executions' })).toHaveValue('')
})

test('an execution that nobody knows is said to be unknown', async ({ page }) => {
  await page.goto(pathOf(`${'0'.repeat(40)}-999999`))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Unknown execution.')
})

test('a view is saved for everyone, applied, renamed and deleted', async ({ page, unique, start }) => {
  await start(FAILING, unique)
  const query = `function:${unique} status:failed`
  await page.goto(`/default/executions?q=${encodeURIComponent(query)}&range=1h`)
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Save this view' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(`broken ${unique}`)
  await dialog.getByRole('button', { name: 'Save view' }).click()
  await expect(page.getByRole('button', { name: `broken ${unique}` })).toBeVisible()

  await follow(page, '/default/executions')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: `broken ${unique}` }).click()
  await expect(page).toHaveURL(/range=1h/)
  await expect(page.getByRole('button', { name: `Edit function:${unique}` })).toBeVisible()

  await page.getByRole('button', { name: `broken ${unique}` }).click()
  await page.getByRole('menuitem', { name: 'Rename or delete' }).click()
  await page.getByLabel(`Name of broken ${unique}`).fill(`mended ${unique}`)
  await page.getByRole('button', { name: `Rename broken ${unique}` }).click()
  await page.getByRole('button', { name: `Delete mended ${unique}` }).click()
  await expect(page.getByText(`Deleted view mended ${unique}`)).toBeVisible()
  await expect(page.getByLabel(`Name of mended ${unique}`)).toBeHidden()
})

test('two runs of a function stand side by side, and its runs are counted', async ({ page, unique, start }) => {
  const other = await start(COUNTING, unique)
  const failed = await start(FAILING, unique)
  await page.goto(pathOf(failed))
  await expect(page.getByRole('region', { name: 'Runs of this function' })).toContainText('Not enough data')
  await page.getByRole('tab', { name: 'Compare' }).click()
  const runs = page.getByRole('combobox', { name: 'Another run of this function' })
  const run = runs.getByRole('option', { name: new RegExp(`^ok, .*-${other.split('-')[1]}$`) })
  await runs.selectOption((await run.getAttribute('value')) ?? '')
  await expect(page).toHaveURL(/tab=compare.*with=/)
  const both = page.getByRole('table', { name: 'Both runs' })
  await expect(both.getByRole('row', { name: /outcome/ })).toContainText(/failed.*ok/)
  await expect(both.getByRole('row', { name: /^errors/ })).toContainText('1')
  await expect(page.getByRole('region', { name: 'Steps side by side' })).toContainText('different plans')
  await expect(page.getByRole('table', { name: 'Steps of both runs' })).toContainText('not in its plan')
})

test('what has the focus in a row keeps it as the list is scrolled', async ({ page, unique, start }) => {
  for (let n = 0; n < 45; n++) await start(COUNTING, unique)
  await page.goto(`/default/executions?q=${encodeURIComponent(`function:${unique}`)}`)
  const table = page.getByRole('grid', { name: 'Executions' })
  await expect(table).toHaveAttribute('aria-rowcount', '46')
  const box = table.locator('[aria-rowindex="14"]').getByRole('checkbox')
  await box.focus()
  const first = table.locator('[aria-rowindex="2"]')
  await expect(first).toBeVisible()
  await table.hover()
  // Over so many rows that those at the top are no longer drawn.
  await page.mouse.wheel(0, 12 * 28)
  await expect(first).toHaveCount(0)
  await expect(box).toBeFocused()
})
