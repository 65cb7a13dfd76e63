import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright/test'
import { expect, follow, test } from './fixtures'

const MEGABYTE = 1_000_000
const BIG = `
def texts():
    for n in range(10):
        yield str(n) * ${MEGABYTE}

GB('PythonReader').run(texts)
`
const MANY = `
def numbers():
    for n in range(100000):
        yield 'n%d' % n

GB('PythonReader').run(numbers)
`
const BINARY = `
def bytes_of_any_kind():
    yield bytes(range(256))
    yield b'\\xff\\xfe\\x00'

GB('PythonReader').run(bytes_of_any_kind, convertToStr=False)
`
/** What would run, colour or reorder if it were taken as anything but text. */
const HOSTILE = [
  '<script>window.executed = 1</script>',
  '<img src="x" onerror="window.executed = 1"><svg onload="window.executed = 1">',
  'javascript:window.executed=1',
  '\u001b[31mred\u001b]0;title\u0007',
  'invoice\u202efdp.exe\u2066',
  'שלום, עולם 123',
]
const scriptOf = (values: readonly string[], wrap = 'x') => `
import json
VALUES = json.loads(${JSON.stringify(JSON.stringify(values))})

def values():
    for each in VALUES:
        yield each

GB('PythonReader').map(lambda x: ${wrap}).run(values)
`
const FAILING = `
def values():
    yield 1

def fails(x):
    raise Exception(${JSON.stringify(HOSTILE.join(' '))})

GB('PythonReader').map(fails).run(values)
`

const resultsOf = (page: Page) => page.getByRole('region', { name: 'Results' }).first()

/** Opens the execution's page; the test fails on any dialog, error of the page, or request to elsewhere. */
async function open(page: Page, id: string): Promise<readonly string[]> {
  const strange: string[] = []
  page.on('dialog', (dialog) => {
    strange.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => strange.push(`error ${error.message}`))
  await page.goto(`/default/executions/${encodeURIComponent(id)}`)
  return strange
}

const executed = (page: Page) => page.evaluate(() => Reflect.get(window, 'executed') ?? null)

async function downloaded(page: Page, button: string): Promise<unknown> {
  const waiting = page.waitForEvent('download')
  await resultsOf(page).getByRole('button', { name: button }).click()
  return JSON.parse(await readFile(await (await waiting).path(), 'utf8'))
}

test('results of 10 MB are cut on the page, which goes on answering, and whole in the download', async ({
  page,
  start,
}) => {
  test.slow()
  const id = await start(BIG)
  const strange = await open(page, id)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('10 results')
  await expect(resultsOf(page).getByRole('button', { name: /998,000 more characters/ })).toHaveCount(10)
  // A megabyte laid out whole is what freezes a page.
  expect((await page.getByRole('main').textContent())?.length).toBeLessThan(100_000)

  await page.getByRole('tab', { name: 'Raw reply' }).click()
  await expect(page.getByRole('group', { name: 'Raw reply' })).toContainText('"status": "done"')
  await page.getByRole('tab', { name: 'Run' }).click()
  await resultsOf(page).getByRole('radio', { name: 'JSON' }).click()
  await expect(resultsOf(page)).toContainText(/Show 20,000 of 9,980,\d{3} more characters/)

  const all = Array.from({ length: 10 }, (_, n) => String(n).repeat(MEGABYTE))
  expect(await downloaded(page, 'Download')).toEqual(all)
  expect(strange).toEqual([])
})

test('100,000 results come in pages, and all of them in the download', async ({ page, redis, start }) => {
  test.slow()
  const id = await start(MANY)
  const strange = await open(page, id)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('100,000 results')
  const results = resultsOf(page)
  await expect(results).toContainText('1–50 of 100,000')
  await expect(results.getByRole('listitem')).toHaveCount(50)
  await results.getByRole('button', { name: 'Next page' }).click()
  await expect(results).toContainText('51–100 of 100,000')
  await expect(results.getByRole('listitem').first()).toContainText('n50')
  await expect(results).toContainText('Only the first 1,000 of 100,000 are shown')
  const search = results.getByRole('searchbox', { name: 'Search results' })
  await search.fill('n9876')
  await expect(results).toContainText('No result contains this text')
  await results.getByRole('button', { name: 'Load all', exact: true }).click()
  await expect(results).toContainText('1–11 of 11 found')
  await expect(results.getByRole('listitem').first()).toContainText('n9876')
  await search.fill('')
  await expect(results).toContainText('1–50 of 100,000')
  await expect(results).not.toContainText('Only the first 1,000')
  await page.reload()
  await page.getByRole('tab', { name: 'Source' }).click()
  await expect(page.getByRole('group', { name: 'Script' })).toContainText('range(100000)')
  await page.getByRole('tab', { name: 'Run' }).click()

  const [told] = (await redis.call('RG.GETRESULTS', id)) as [string[]]
  expect(await downloaded(page, 'Download all')).toEqual(told)
  expect(told).toHaveLength(100_000)
  expect(strange).toEqual([])
})

test('bytes that are no text are marked as such, and none of them is lost', async ({ page, redis, start }) => {
  const id = await start(BINARY)
  const strange = await open(page, id)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('2 results')
  // They were not made text: they are not read unless requested.
  await page.getByRole('button', { name: 'Read results anyway' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Read results' }).click()
  await expect(resultsOf(page).getByText('bytes, base64')).toHaveCount(2)
  const [told] = (await redis.callBuffer('RG.GETRESULTS', id)) as [Buffer[]]
  expect(told[0]).toHaveLength(256)
  expect(await downloaded(page, 'Download')).toEqual(told.map((each) => ({ base64: each.toString('base64') })))
  expect(strange).toEqual([])
})

for (const [shape, wrap] of [
  ['as they are', 'x'],
  ['in the columns of a table', "json.dumps({'text': x, '<b>' + x[:9]: 1})"],
] as const) {
  test(`markup, escapes and marks of direction stay text: ${shape}`, async ({
    page,
    request,
    gearboard,
    context,
    start,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const id = await start(scriptOf(HOSTILE, wrap))
    const strange = await open(page, id)
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`${HOSTILE.length} results`)
    const results = resultsOf(page)
    await expect(results).toContainText('<script>window.executed = 1</script>')
    await expect(results).toContainText('onerror=')
    await expect(results).toContainText('\\x1b[31mred')
    await expect(results).toContainText('invoice\\u202efdp.exe')
    await expect(results).toContainText('שלום, עולם 123')
    await expect(results.locator('script, img, [onerror], [onload], a[href^="javascript"]')).toHaveCount(0)
    await results.getByRole('radio', { name: 'JSON' }).click()
    await expect(results).toContainText('window.executed')

    const truth: { results: unknown } = await (
      await request.get(`${gearboard.url}/api/default/executions/${encodeURIComponent(id)}`)
    ).json()
    if (wrap === 'x') expect(truth.results).toEqual(HOSTILE)
    await results.getByRole('button', { name: 'Copy results' }).click()
    await expect(results.getByRole('button', { name: 'Copied' })).toBeVisible()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(JSON.parse(copied)).toEqual(truth.results)
    expect(await downloaded(page, 'Download')).toEqual(truth.results)
    expect(await executed(page)).toBeNull()
    expect(strange).toEqual([])
  })
}

test('markup and escapes in an error stay text, on its page and in the list', async ({ page, start }) => {
  const id = await start(FAILING)
  const strange = await open(page, id)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('<script>window.executed = 1</script>')
  await expect(page.getByRole('region', { name: 'Errors' })).toContainText('\\u202efdp.exe')
  await follow(page, '/default/executions?q=status:failed')
  await expect(page.getByRole('grid', { name: 'Executions' })).toContainText('<script>window.executed = 1</script>')
  expect(await executed(page)).toBeNull()
  expect(strange).toEqual([])
})
