import type { Locator, Page } from 'playwright/test'
import { expectAccessible } from './accessibility'
import { expect, test } from './fixtures'

const script = (page: Page) => page.getByRole('textbox', { name: 'Script', exact: true })
const output = (page: Page) => page.getByRole('region', { name: 'Output' })
const headline = (page: Page) => page.getByRole('heading', { level: 1 })
const block = (page: Page, name: string | RegExp) => page.getByRole('group', { name })
const field = (page: Page, of: string | RegExp, name: string) =>
  block(page, of).getByRole('textbox', { name, exact: true })
const status = (page: Page) => page.getByRole('status').filter({ hasText: /./ })

/** Opens the editor on a draft, as this browser would have kept it. */
async function open(page: Page, draft: string, view: 'code' | 'blocks' = 'blocks') {
  const kept = { script: draft, mode: 'run', id: '', description: '', replaceWith: '', requirements: [] }
  await page.addInitScript(
    (text) => localStorage.getItem('gearboard.draft.default') ?? localStorage.setItem('gearboard.draft.default', text),
    JSON.stringify({ ...kept, blocking: false, reinstall: false }),
  )
  await page.goto(`/default/editor?view=${view}`)
  await expect(page.getByRole('tab', { name: view === 'code' ? 'Code' : 'Blocks' })).toBeVisible()
}

const blocks = async (page: Page) =>
  page
    .getByRole('list', { name: 'Pipeline' })
    .getByRole('group')
    .evaluateAll((groups) => groups.map((group) => group.getAttribute('aria-label')))

/** Turns to the code and waits until it reads like this. */
async function expectCode(page: Page, lines: readonly string[]) {
  await page.getByRole('tab', { name: 'Code' }).click()
  await expect.poll(() => script(page).locator('.cm-line').allTextContents()).toEqual(lines)
}

/** Replaces the content of a Python field, as a paste would: CodeMirror puts its cursor after Playwright's fill has selected. */
async function write(page: Page, into: Locator, python: string) {
  await into.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(python)
  await expect(into).toHaveText(python)
}

async function drag(page: Page, what: Locator, onto: Locator) {
  await what.scrollIntoViewIfNeeded()
  const from = await what.boundingBox()
  const to = await onto.boundingBox()
  if (!from || !to) throw new Error('not there')
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(from.x + from.width / 2 + 8, from.y + from.height / 2 + 8, { steps: 4 })
  await page.mouse.move(to.x + to.width / 2, to.y + Math.min(20, to.height / 2), { steps: 12 })
  await page.mouse.up()
}

test('word count by drag: built, run, and read as code', async ({ page, redis, unique }) => {
  await redis.set(`${unique}:a`, 'to be or not to be')
  await page.setViewportSize({ width: 1440, height: 1300 })
  await open(page, '')
  await drag(page, page.getByRole('button', { name: 'Add countby' }), block(page, 'Action: run'))
  await expect(block(page, 'Step 1: countby')).toBeVisible()
  await drag(page, page.getByRole('button', { name: 'Add flatmap' }), block(page, 'Step 1: countby'))
  await expect(block(page, 'Step 1: flatmap')).toBeVisible()
  await expect(status(page).getByText('Added flatmap as step 1 of 2.')).toBeAttached()
  await drag(page, page.getByRole('button', { name: 'Reorder step 1, flatmap' }), block(page, 'Step 2: countby'))
  await expect(block(page, 'Step 2: flatmap')).toBeVisible()
  await drag(page, page.getByRole('button', { name: 'Reorder step 2, flatmap' }), block(page, 'Step 1: countby'))
  await expect(block(page, 'Step 1: flatmap')).toBeVisible()
  await expect(block(page, 'Step 2: countby').getByText('crosses shards: by key')).toBeVisible()

  await write(page, field(page, 'Step 1: flatmap', 'f'), "lambda r: r['value'].split()")
  await field(page, 'Action: run', 'arg').fill(`${unique}:*`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(headline(page)).toHaveText(/^Finished in .*: 4 results\.$/)
  await output(page).getByRole('radio', { name: 'Table' }).click()
  await expect(output(page).getByRole('row', { name: /be 2/ })).toBeVisible()
  await expectCode(page, [
    "gb = GearsBuilder('KeysReader')",
    "gb.flatmap(lambda r: r['value'].split())",
    'gb.countby()',
    `gb.run('${unique}:*')`,
    '',
  ])
})

test('word count by keyboard alone: added, written, moved, removed, brought back, run', async ({
  page,
  redis,
  unique,
}) => {
  await redis.set(`${unique}:a`, 'to be or not to be')
  await open(page, '')
  await page.getByRole('tab', { name: 'Blocks' }).focus()
  await page.getByRole('button', { name: 'Add countby' }).press('Enter')
  const countby = page.getByRole('button', { name: 'Reorder step 1, countby' })
  await expect(countby).toBeFocused()
  await page.getByRole('button', { name: 'Add flatmap' }).press('Space')
  // Behind the step one was at; the arrow keys bring it to the front.
  await expect(page.getByRole('button', { name: 'Reorder step 2, flatmap' })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('button', { name: 'Reorder step 1, flatmap' })).toBeFocused()
  await expect(status(page).getByText('flatmap is now step 1 of 2.')).toBeAttached()
  await page.keyboard.press('Delete')
  await expect(countby).toBeFocused()
  await page.keyboard.press('Control+z')
  await expect(block(page, 'Step 1: flatmap')).toBeVisible()
  await page.keyboard.press('Control+Shift+z')
  await expect(block(page, 'Step 1: countby')).toBeVisible()
  await page.keyboard.press('Control+z')

  await field(page, 'Step 1: flatmap', 'f').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.type("lambda r: r['value'].split()")
  await page.keyboard.press('Escape')
  await expect(field(page, 'Step 1: flatmap', 'f')).toContainText("lambda r: r['value'].split()")
  await field(page, 'Action: run', 'arg').focus()
  await page.keyboard.type(`${unique}:*`)
  await page.keyboard.press('Control+Enter')
  await expect(headline(page)).toHaveText(/^Finished in .*: 4 results\.$/)
})

test('code that is edited shows as blocks, and blocks that are edited as code', async ({ page }) => {
  await open(
    page,
    "(\n    GB('KeysReader')\n    # only texts\n    .filter(lambda r: r['type'] == 'string')\n    .run('a*')\n)\n",
    'code',
  )
  await script(page).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(
    "import json\n\nGB('StreamReader', desc='orders').map(lambda r: r['value']).count().register('orders:*', batch=10)\n",
  )
  await page.getByRole('tab', { name: 'Blocks' }).click()
  await expect(page.getByRole('textbox', { name: 'Code before the pipeline' })).toContainText('import json')
  expect(await blocks(page)).toEqual(['Reader: StreamReader', 'Step 1: map', 'Step 2: count', 'Action: register'])
  await expect(field(page, 'Reader: StreamReader', 'desc')).toHaveValue('orders')
  await expect(field(page, 'Action: register', 'batch')).toHaveValue('10')

  await page.getByRole('button', { name: 'Move up step 2, count' }).click()
  await field(page, 'Action: register', 'batch').fill('25')
  await expectCode(page, [
    'import json',
    '',
    "gb = GearsBuilder('StreamReader', desc='orders')",
    'gb.count()',
    "gb.map(lambda r: r['value'])",
    "gb.register('orders:*', batch=25)",
    '',
  ])
  // The editor's own undo reaches back over what blocks changed.
  await script(page).click()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(script(page)).not.toContainText('batch=25')
})

test('code without blocks says which line and why, and stays as it is', async ({ page }) => {
  const foreign = "gb = GearsBuilder('KeysReader')\n\ndef key(r):\n    return r['key']\n\ngb.map(key)\ngb.run('*')\n"
  await open(page, foreign)
  await expect(page.getByText('No blocks for this code')).toBeVisible()
  await expect(page.getByText('Line 3: A function is between the blocks. Move it above GearsBuilder.')).toBeVisible()
  await page.getByRole('button', { name: 'Show the code' }).click()
  expect(await script(page).locator('.cm-line').allTextContents()).toEqual(foreign.split('\n'))

  await page.getByRole('tab', { name: 'Blocks' }).click()
  await page.getByRole('button', { name: 'Start with new blocks' }).click()
  await expect(block(page, 'Reader: KeysReader')).toBeVisible()
})

test('a stream reader is registered with its arguments; what would crash the server is refused in its field', async ({
  page,
  redis,
  unique,
}) => {
  await open(page, '')
  await block(page, 'Reader: KeysReader').getByRole('combobox', { name: 'Reader' }).selectOption('StreamReader')
  await page.getByRole('radio', { name: 'register' }).click()
  await field(page, 'Action: register', 'prefix').fill(`${unique}:*`)
  await block(page, 'Action: register')
    .getByRole('button', { name: /more: batch, duration/ })
    .click()
  await field(page, 'Action: register', 'batch').fill('0')
  await expect(block(page, 'Action: register').getByText(/^batch=0 hangs the shard\./)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toHaveAttribute('aria-disabled', 'true')
  await field(page, 'Action: register', 'batch').fill('2')
  await field(page, 'Action: register', 'duration (ms)').fill('500')
  await block(page, 'Action: register').getByRole('combobox', { name: 'onFailedPolicy' }).selectOption('retry')
  await block(page, 'Action: register').getByRole('switch', { name: 'trimStream' }).click()
  await page.getByRole('button', { name: 'Add foreach' }).click()
  await write(page, field(page, 'Step 1: foreach', 'f'), `lambda r: execute('INCR', '${unique}-seen')`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(headline(page)).toHaveText('Added 1 registration on every shard.')
  await redis.xadd(`${unique}:s`, '*', 'n', '1')
  await redis.xadd(`${unique}:s`, '*', 'n', '2')
  await expect.poll(() => redis.get(`${unique}-seen`)).toBe('2')
  expect(JSON.stringify(await redis.call('RG.DUMPREGISTRATIONS'))).toContain(
    `"batchSize",2,"durationMS",500,"stream","${unique}:*","trimStream",0,"onFailedPolicy","retry"`,
  )
})

test('half-written Python says where it cannot be read, and outlives a reload', async ({ page }) => {
  await open(page, '')
  await page.getByRole('button', { name: 'Add map' }).first().click()
  await page.getByRole('button', { name: 'Add filter' }).click()
  await write(page, field(page, 'Step 2: filter', 'f'), "lambda r: [r['value']")
  await expect(block(page, 'Step 2: filter').getByText('Syntax error at column 22.')).toBeVisible()
  await page.reload()
  await expect(field(page, 'Step 2: filter', 'f')).toContainText("lambda r: [r['value']")
  await expect(block(page, 'Step 2: filter').getByText('Syntax error at column 22.')).toBeVisible()
  await write(page, field(page, 'Step 2: filter', 'f'), "lambda r: [r['value']]")
  await expect(headline(page)).toHaveText('Ready to run.')
})

for (const theme of ['light', 'dark'] as const)
  test(`blocks have no accessibility violation, wide and narrow (${theme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await open(page, "gb = GB('StreamReader')\ngb.map(lambda r: r)\ngb.countby()\ngb.register('a:*', batch=0)\n")
    await expect(page.getByText(/^batch=0 hangs the shard\. Use/)).toBeVisible()
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 })
      await expectAccessible(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
    await page.getByRole('button', { name: 'Add step' }).click()
    await page.getByRole('menuitem', { name: 'distinct' }).click()
    await expect(page.getByRole('button', { name: /^Reorder step \d, distinct$/ })).toBeFocused()
  })
